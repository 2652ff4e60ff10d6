// Process libraries under a deadline: how long a call takes, and what it leaves, without and with `RUNTIME_GUARD_ENFORCE=tree`.
//   node test/matrix/enforcement.mjs [--libraries <folder with node_modules>] [--only <part of a name>] > enforcement.md
// Build the package first; without a folder the libraries are installed into a temporary one. Each call runs `sleep 7; true`
// behind a shell, with a limit of 300 ms; what is left is read from /proc by a variable of the call, and ended by pid.
import { spawn, spawnSync } from 'node:child_process'
import {
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- cpSync was experimental in name only before 22.3
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: { libraries: { type: 'string' }, only: { type: 'string', default: '' } },
})
const packages = ['execa@9.6.1', 'tinyexec@1.4.0', 'nano-spawn@2.1.0', 'zx@8.8.5', 'tree-kill@1.2.2', 'fkill@9.0.0']
const limitMs = 300
const killGraceMs = 1000
const mark = 'ENFORCEMENT_CALL'

const scratch = mkdtempSync(path.join(tmpdir(), 'enforcement-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
cpSync(fileURLToPath(new URL('../../dist/', import.meta.url)), dist, { recursive: true })
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))
const programs = path.join(scratch, 'programs')
mkdirSync(programs)
writeFileSync(path.join(programs, 'package.json'), JSON.stringify({ type: 'module', private: true }))
if (options.libraries === undefined)
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-save', ...packages], {
    cwd: programs,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
    killSignal: 'SIGKILL',
  })
else symlinkSync(path.resolve(options.libraries, 'node_modules'), path.join(programs, 'node_modules'))

const slow = 'sleep 7; true'
const stubborn = `trap "" TERM; ${slow}`
/** A program for each call; `done` says how long it took. */
const calls = {
  'execa, direct child': `import { execa } from 'execa'
await execa('sleep', ['7'], { timeout: ${limitMs} }).catch(() => {}); done()`,
  'execa, shell': `import { execa } from 'execa'
await execa('${slow}', { shell: true, timeout: ${limitMs} }).catch(() => {}); done()`,
  'execa, shell, ignores SIGTERM, forceKillAfterDelay': `import { execa } from 'execa'
await execa('${stubborn}', { shell: true, timeout: ${limitMs}, forceKillAfterDelay: 400 }).catch(() => {}); done()`,
  'execa, shell, cancelSignal': `import { execa } from 'execa'
await execa('${slow}', { shell: true, cancelSignal: AbortSignal.timeout(${limitMs}) }).catch(() => {}); done()`,
  tinyexec: `import { x } from 'tinyexec'
try { await x('sh', ['-c', '${slow}'], { timeout: ${limitMs} }) } catch {} done()`,
  'nano-spawn': `import spawn from 'nano-spawn'
await spawn('${slow}', { shell: true, timeout: ${limitMs} }).catch(() => {}); done()`,
  zx: `import { $ } from 'zx'
await $({ timeout: ${limitMs}, quiet: true })\`sleep 7; true\`.catch(() => {}); done()`,
  exec: `import { exec } from 'node:child_process'
exec('${slow}', { timeout: ${limitMs} }, done)`,
  'exec, ignores SIGTERM': `import { exec } from 'node:child_process'
exec('${stubborn}', { timeout: ${limitMs} }, done)`,
  execSync: `import { execSync } from 'node:child_process'
try { execSync('${slow}', { timeout: ${limitMs}, stdio: 'ignore' }) } catch {} done()`,
  'execSync, ignores SIGTERM': `import { execSync } from 'node:child_process'
try { execSync('${stubborn}', { timeout: ${limitMs}, stdio: 'ignore' }) } catch {} done()`,
  'spawn with shell and signal': `import { spawn } from 'node:child_process'
spawn('${slow}', { shell: true, signal: AbortSignal.timeout(${limitMs}) }).on('error', () => {}).on('close', done)`,
  'spawn with shell, kill()': `import { spawn } from 'node:child_process'
const child = spawn('${slow}', { shell: true }).on('close', done); setTimeout(() => child.kill(), ${limitMs})`,
  'tree-kill': `import kill from 'tree-kill'
import { spawn } from 'node:child_process'
const child = spawn('${slow}', { shell: true }).on('close', done); setTimeout(() => kill(child.pid), ${limitMs})`,
  'tree-kill, the child has ended': `import kill from 'tree-kill'
import { spawn } from 'node:child_process'
const child = spawn('sleep 7 & exit 0', { shell: true }).on('close', done); setTimeout(() => kill(child.pid), ${limitMs})`,
  'fkill, force': `import fkill from 'fkill'
import { spawn } from 'node:child_process'
const child = spawn('${slow}', { shell: true }).on('close', done); setTimeout(() => fkill(child.pid, { force: true }).catch(() => {}), ${limitMs})`,
}

/**
 * @param {string} name
 * @param {boolean} isEnforced
 * @returns {Promise<{ms: number | null, left: string[]}>}
 */
async function measure(name, isEnforced) {
  const file = path.join(programs, `${name.replaceAll(/\W+/g, '-')}.mjs`)
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs'
const startedAt = performance.now()
let isDone = false
const done = () => { if (!isDone) writeFileSync(process.env.${mark}_TIME, String(Math.round(performance.now() - startedAt))); isDone = true; process.exit() }
${calls[/** @type {keyof typeof calls} */ (name)].replaceAll(/^import .*$/gm, '')}
`.replace(/^/, `${(calls[/** @type {keyof typeof calls} */ (name)].match(/^import .*$/gm) ?? []).join('\n')}\n`),
  )
  const value = `${process.pid}-${name.replaceAll(/\W+/g, '-')}-${isEnforced}`
  const result = path.join(scratch, `${value}.txt`)
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('RUNTIME_GUARD_'))),
    NODE_OPTIONS: '',
    [mark]: value,
    [`${mark}_TIME`]: result,
    ...(isEnforced && {
      NODE_OPTIONS: `--require ${path.join(dist, 'register.cjs')}`,
      RUNTIME_GUARD_ENFORCE: 'tree',
      RUNTIME_GUARD_KILL_GRACE_MS: String(killGraceMs),
      RUNTIME_GUARD_DIR: path.join(scratch, 'runs'),
      RUNTIME_GUARD_OUT: `json:${path.join(scratch, 'report.json')}`,
    }),
  }
  const child = spawn(process.execPath, [file], { cwd: programs, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject))
  clearTimeout(timer)
  const left = findMarked(value)
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return {
    ms: existsSync(result) ? Number(readFileSync(result, 'utf8')) : null,
    left: left.map(({ command }) => command),
  }
}

/** @param {string} value */
function findMarked(value) {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const isMarked = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(`${mark}=${value}`)
        const isDead = /^State:\s+[ZX]/m.test(readFileSync(`/proc/${entry}/status`, 'utf8'))
        if (!isMarked || isDead) return []
        return [
          { pid: Number(entry), command: readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').join(' ').trim() },
        ]
      } catch {
        return []
      }
    })
}

/** @param {{ms: number | null, left: string[]}} result */
const cells = ({ ms, left }) => [
  ms === null ? 'not within 30 s' : `${ms} ms`,
  left.length === 0 ? 'nothing' : left.map((command) => `\`${command.replaceAll('|', ' ')}\``).join(', '),
]

const rows = []
let failures = 0
try {
  for (const name of Object.keys(calls).filter((key) => key.includes(options.only))) {
    const bare = await measure(name, false)
    const enforced = await measure(name, true)
    if (enforced.left.length > 0 || enforced.ms === null) failures += 1
    rows.push([name, ...cells(bare), ...cells(enforced)])
    console.error(rows.at(-1)?.join(' | '))
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
console.log(`# Process libraries under a deadline

Written by \`test/matrix/enforcement.mjs\` on Node ${process.version}: \`${slow}\` behind a shell, a limit of ${limitMs} ms, and with the guard \`RUNTIME_GUARD_ENFORCE=tree\` and a kill grace of ${killGraceMs} ms. Times are those of one run and include the loading of what judges; ${packages.join(', ')}.

| call | returns after | leaves | enforced: returns after | leaves |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`)
process.exitCode = failures > 0 ? 1 : 0
