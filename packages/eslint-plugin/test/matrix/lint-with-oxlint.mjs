// oxlint with the plugin in its `jsPlugins`, on one Node.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * oxlint reads files: they are in `cwd` already. It has one set of settings per run, so cases with settings are a run of their own.
 * @param {{ cases: import('./lint-cases.ts').LintCase[], cwd: string, node: string, oxlint: string, plugin: string }} job
 */
export async function lintWithOxlint({ cases, cwd, node, oxlint, plugin }) {
  const { configureRules, describeMessage } = await import('./lint-cases.ts')
  const { rules } = (await import(pathToFileURL(plugin).href)).default
  /** @type {Map<string, Map<string, string[]>>} */
  const runs = new Map()
  for (const { path: file, settings } of cases) {
    const key = JSON.stringify(settings ?? {})
    runs.set(key, (runs.get(key) ?? new Map()).set(file, []))
  }
  for (const [settings, verdicts] of runs) {
    const config = path.join(cwd, '.oxlintrc.json')
    const own = cases.filter(({ path: file }) => verdicts.has(file))
    writeFileSync(
      config,
      JSON.stringify({
        jsPlugins: [plugin],
        categories: { correctness: 'off' },
        settings: JSON.parse(settings),
        rules: configureRules(Object.keys(rules), { options: {} }),
        overrides: own
          .filter(({ options }) => Object.values(options).some((list) => list.length > 0))
          .map((lintCase) => ({ files: [lintCase.path], rules: configureRules(Object.keys(rules), lintCase) })),
      }),
    )
    const args = [oxlint, '-c', config, '--format', 'json', '--no-ignore', '.']
    const { error, status, stdout, stderr } = spawnSync(node, args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      timeout: 300_000,
      killSignal: 'SIGKILL',
    })
    if (error || (status !== 0 && status !== 1)) throw new Error(`oxlint: ${error?.message ?? stdout + stderr}`)
    for (const { code: diagnostic, filename, labels, message } of JSON.parse(stdout).diagnostics) {
      const list = verdicts.get(filename)
      const rule = /^child-process\((.*)\)$/.exec(diagnostic ?? '')?.[1]
      const code = cases.find((lintCase) => lintCase.path === filename)?.code
      if (!list || code === undefined) continue
      const { column, line } = readPosition(code, labels[0]?.span.offset ?? 0)
      list.push(rule ? describeMessage(line, column, `child-process/${rule}`, message) : `says ${message}`)
    }
  }
  return cases.map(({ path: file, settings }) => runs.get(JSON.stringify(settings ?? {})).get(file))
}

/** oxlint counts bytes from the start of the file, and its own lines end at \n alone; ESLint counts characters behind the byte order mark. */
function readPosition(code, offset) {
  const before = Buffer.from(code)
    .subarray(0, offset)
    .toString()
    .replace(/^\uFEFF/, '')
  const lines = before.split(/\r\n|[\r\n\u2028\u2029]/)
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
