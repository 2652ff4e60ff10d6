import { writeBlock, writeCondition } from './program-flow.ts'
import { type Callee, type ProgramDraft, type Scope, type Start } from './program-draft.ts'

export function writeStart(draft: ProgramDraft): Start {
  const site = draft.nextSite()
  const stdio = draft.choices.weighted<() => Pick<Start, 'stderr' | 'stdin' | 'stdout'> & { text: string }>([
    [6, () => ({ text: '', stdin: true, stdout: true, stderr: true })],
    [1, () => ({ text: `stdio: 'pipe'`, stdin: true, stdout: true, stderr: true })],
    [1, () => ({ text: `stdio: 'inherit'`, stdin: false, stdout: false, stderr: false })],
    [1, () => ({ text: `stdio: 'ignore'`, stdin: false, stdout: false, stderr: false })],
    [1, () => ({ text: `stdio: ['ignore', 'pipe', 'inherit']`, stdin: false, stdout: true, stderr: false })],
    [1, () => ({ text: `stdio: ['pipe', 'ignore', 'ignore']`, stdin: true, stdout: false, stderr: false })],
    [1, () => ({ text: `stdio: ['ignore', 'pipe', 'pipe']`, stdin: false, stdout: true, stderr: true })],
  ])()
  const other = draft.choices.weighted([
    [12, ''],
    [1, `timeout: 4000`],
    [1, `cwd: process.env.DIR`],
    [1, `signal: AbortSignal.timeout(4000)`],
    [1, `shell: true`],
  ])
  const object = [stdio.text, other].filter(Boolean).join(', ')
  const options = object ? `, { ${object} }` : ''
  const only = other ? `, { ${other} }` : ''
  return draft.choices.weighted<() => Start>([
    [8, () => ({ ...stdio, call: `${draft.call('spawn')}('tool${site}', ['x']${options})`, isCollected: false })],
    [1, () => ({ ...stdio, call: `${draft.call('spawn')}('tool${site}'${options})`, isCollected: false })],
    [
      1,
      () => ({
        ...stdio,
        call: `${draft.call('spawn')}(process.execPath, ['tool${site}']${options})`,
        isCollected: false,
      }),
    ],
    [
      1,
      () => ({
        call: `${draft.call('fork')}('./tool${site}.js'${only})`,
        stdin: false,
        stdout: false,
        stderr: false,
        isCollected: false,
      }),
    ],
    [
      1,
      () => ({
        call: `${draft.call('execFile')}('tool${site}', ['x']${only}, (error, stdout) => { ${draft.env('use')}(error ?? stdout) })`,
        stdin: true,
        stdout: true,
        stderr: true,
        isCollected: true,
      }),
    ],
    [
      1,
      () => ({
        call: `${draft.call('exec')}('tool${site} x'${only}, (error) => { ${draft.env('note')}(error) })`,
        stdin: true,
        stdout: true,
        stderr: true,
        isCollected: true,
      }),
    ],
  ])()
}

/** A promisified call. */
export function writePromised(draft: ProgramDraft, scope: Scope): string {
  const site = draft.nextSite()
  const name = draft.choices.one<Callee>(['execFile', 'exec'])
  const run = draft.name('run')
  draft.helpers.push(`const ${run} = ${draft.import('node:util', 'promisify')}(${draft.call(name)})`)
  const options = draft.choices.weighted([
    [4, ''],
    [1, `, { timeout: 4000 }`],
    [1, `, { signal: AbortSignal.timeout(4000) }`],
  ])
  const write = (number: number): string =>
    name === 'exec' ? `${run}('tool${number} x'${options})` : `${run}('tool${number}', ['x']${options})`
  const call = write(site)
  const promise = draft.name('promise')
  const await_ = scope.isAsync ? 'await ' : 'return '
  const note = draft.env('note')
  return draft.choices.weighted<() => string>([
    [3, () => `${await_}${call}\n`],
    [1, () => `${call}\n${writeBlock(draft, scope, 1)}`],
    [1, () => `${call}.then(({ stdout }) => ${note}(stdout))\n`],
    [1, () => `${call}.catch((error) => ${note}(error))\n`],
    [1, () => `${call}.then(({ stdout }) => ${note}(stdout), (error) => ${note}(error))\n`],
    [1, () => `const ${promise} = ${call}\n${writeBlock(draft, scope, 1)}${await_}${promise}\n`],
    [1, () => `const ${promise} = ${call}\nif (${writeCondition(draft, scope)}) ${await_}${promise}\n`],
    [1, () => `const ${promise} = ${call}\n${promise}.catch(() => {})\n`],
    [1, () => `try {\n${scope.isAsync ? 'await ' : ''}${call}\n} catch (error) {\n${note}(error)\n}\n`],
    [1, () => `${await_}Promise.all([${call}])\n`],
    [1, () => `void ${call}\n`],
    [1, () => `${call}.finally(() => ${note}())\n`],
    [
      1,
      () => `if (${writeCondition(draft, scope)}) ${await_}${call}\nelse ${write(draft.nextSite())}.catch(${note})\n`,
    ],
    [1, () => `const ${promise} = ${call}\n${promise}.child.stdin.end()\n${await_}${promise}\n`],
    [1, () => `const ${promise} = ${call}\n${promise}.child.stdin.write('x')\n${await_}${promise}\n`],
    [
      1,
      () =>
        `const wait = async () => { await ${call} }\n${draft.choices.one(['await_', 'return '])}`.replace(
          'await_',
          await_,
        ) + 'wait()\n',
    ],
  ])()
}

export function writeSync(draft: ProgramDraft, scope: Scope): string {
  const site = draft.nextSite()
  const options = draft.choices.one(['', `, { timeout: 4000 }`, `, { timeout: 0 }`, `, { encoding: 'utf8' }`])
  const call = draft.choices.one([
    `${draft.call('spawnSync')}('tool${site}', ['x']${options})`,
    `${draft.call('execFileSync')}('tool${site}', ['x']${options})`,
    `${draft.call('execSync')}('tool${site} x'${options})`,
  ])
  return `${draft.env('use')}(${call})\n${writeBlock(draft, scope, 1)}`
}
