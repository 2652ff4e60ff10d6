import { writeBlock, writeCondition, writeWait } from './program-flow.ts'
import { createScope, type ProgramDraft, type Scope, within } from './program-draft.ts'

/** One thing that is done with the child. */
export function writeUse(draft: ProgramDraft, scope: Scope): string {
  const { child, isAsync, start } = scope
  const writers: [number, () => string][] = [
    [10, () => `${writeListener(draft, scope)}\n`],
    [
      1,
      () =>
        `for (const event of ['exit', '${draft.choices.one(['error', 'close'])}']) ${child}.on(event, ${draft.env('note')})\n`,
    ],
    [1, () => writeHelperCall(draft, scope)],
    [1, () => `${draft.env('register')}(${child})\n`],
    [1, () => `${child}.kill(${draft.choices.one(['', `'SIGTERM'`, `'SIGKILL'`])})\n`],
    [2, () => writeKillTimer(draft, scope)],
    [1, () => `${child}.unref()\n`],
    [1, () => `if (${child}.exitCode === null) ${draft.env('note')}()\n`],
    [1, () => writeAlias(draft, scope)],
    [1, () => writeClosure(draft, scope)],
    [
      1,
      () =>
        `setTimeout(() => {\n${writeBlock(draft, { ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }, 2)}}, 100)\n`,
    ],
    [
      1,
      () =>
        `${draft.env('later')}(() => {\n${writeBlock(draft, { ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }, 2)}})\n`,
    ],
    [1, () => `${child}.off('error', ${draft.env('note')})\n`],
    [1, () => `${child}.emit('spawn')\n`],
    [1, () => `process.kill(${child}.pid)\n`],
  ]
  if (isAsync) {
    const once = (): string => draft.import('node:events', 'once')
    writers.push(
      [1, () => `await ${once()}(${child}, '${draft.choices.one(['exit', 'close', 'spawn'])}')\n`],
      [2, () => `await ${writeWait(draft, scope)}()\n`],
      [1, () => (scope.inTry ? '' : `await ${draft.import('node:timers/promises', 'setTimeout as sleep')}(100)\n`)],
      [2, () => writeAwaitedWrapper(draft, scope)],
    )
  }
  if (start.stdout) {
    writers.push(
      [3, () => writeCollect(draft, scope, 'stdout')],
      [1, () => `${child}.stdout.pipe(process.stdout)\n`],
      [1, () => `${child}.stdout.pipe(${draft.env('sink')}())\n`],
      [1, () => `${child}.stdout.resume()\n`],
      [1, () => `${child}.stdout.setEncoding('utf8')\n`],
      [1, () => `${child}.stdout.once('end', () => {\n${asStatement(writeSettle(draft, scope, false))}})\n`],
      [
        1,
        () =>
          `${draft.import('node:readline', 'createInterface')}({ input: ${child}.stdout }).on('line', (line) => ${draft.env('use')}(line))\n`,
      ],
      [1, () => writeStream(draft, scope)],
    )
    if (isAsync && !scope.inTry)
      writers.push(
        [1, () => `for await (const chunk of ${child}.stdout) {\n${draft.env('use')}(String(chunk))\n}\n`],
        [1, () => `${draft.env('use')}(await ${draft.import('node:stream/consumers', 'text')}(${child}.stdout))\n`],
      )
  }
  if (start.stderr)
    writers.push([2, () => writeCollect(draft, scope, 'stderr')], [1, () => `${child}.stderr.resume()\n`])
  if (start.stdin)
    writers.push(
      [2, () => `${child}.stdin.write('input')\n`],
      [2, () => `${child}.stdin.end()\n`],
      [2, () => `${child}.stdin.end('input')\n`],
      [2, () => `${child}.stdin.${pickMethod(draft)}('error', ${writeCallback(draft, scope, 'error')})\n`],
      [1, () => `${draft.env('input')}().pipe(${child}.stdin)\n`],
      [1, () => `${child}.stdin.destroy()\n`],
      [
        1,
        () =>
          `${draft.import('node:stream', 'pipeline')}(${draft.env('input')}(), ${child}.stdin, ${draft.env('note')})\n`,
      ],
    )
  return draft.choices.weighted(writers)()
}

export function writeListener(draft: ProgramDraft, scope: Scope): string {
  return `${scope.child}${writeListenerCall(draft, scope)}`
}

export function writeListenerCall(draft: ProgramDraft, scope: Scope): string {
  const event = draft.choices.weighted([
    [6, 'error'],
    [4, 'exit'],
    [4, 'close'],
    [1, 'spawn'],
    [1, 'message'],
    [1, 'disconnect'],
  ])
  return `.${pickMethod(draft)}('${event}', ${writeCallback(draft, scope, event)})`
}

function pickMethod(draft: ProgramDraft): string {
  return draft.choices.weighted([
    [6, 'on'],
    [4, 'once'],
    [1, 'addListener'],
    [1, 'prependListener'],
  ])
}

function writeCallback(draft: ProgramDraft, scope: Scope, event: string): string {
  const { callback, functions, settle } = scope
  const direct: string[] = [...functions, draft.env('note')]
  if (settle) direct.push(event === 'error' ? settle.reject : settle.resolve)
  if (callback && event === 'error') direct.push(callback)
  const inner: Scope = { ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }
  const parameters = event === 'error' ? 'error' : event === 'exit' || event === 'close' ? 'code, signal' : ''
  return draft.choices.weighted<() => string>([
    [3, () => `(${parameters}) => {\n${writeReaction(draft, inner, event)}}`],
    [2, () => direct[draft.choices.below(direct.length)]!],
    [1, () => `function (${parameters}) {\n${writeReaction(draft, inner, event)}}`],
    [1, () => `async (${parameters}) => {\nawait ${draft.env('work')}()\n${writeReaction(draft, inner, event)}}`],
  ])()
}

/** What a listener does. */
function writeReaction(draft: ProgramDraft, scope: Scope, event: string): string {
  const isEnd = event === 'exit' || event === 'close'
  let text = ''
  const count = 1 + draft.choices.below(3)
  for (let index = 0; index < count; index++) {
    text += draft.choices.weighted<() => string>([
      [3, () => asStatement(writeSettle(draft, scope, event === 'error'))],
      [
        2,
        () =>
          scope.timers.length > 0 ? `clearTimeout(${scope.timers[draft.choices.below(scope.timers.length)]!})\n` : '',
      ],
      [1, () => (scope.outputs.length > 0 ? `${draft.env('use')}(${scope.outputs[0]!})\n` : '')],
      [
        2,
        () =>
          isEnd
            ? `if (${draft.choices.one(['code === 0', 'code !== 0', 'code', '!code', 'signal', 'code > 0'])}) ${writeFinishing(draft, scope)}\n`
            : '',
      ],
      [1, () => `if (${writeCondition(draft, scope)}) return\n`],
      [1, () => `${draft.env('note')}()\n`],
      [
        1,
        () =>
          isEnd && draft.choices.rarely(3)
            ? draft.choices.one([`process.exit(code)\n`, `process.exitCode = code\n`, `process.exit(code ?? 1)\n`])
            : '',
      ],
    ])()
  }
  return text
}

function writeFinishing(draft: ProgramDraft, scope: Scope): string {
  const settle = writeSettle(draft, scope, draft.choices.rarely(2))
  return settle ? `{\n${settle}\nreturn\n}` : `return`
}

/** Settles what waits for the child, where there is something. */
export function writeSettle(draft: ProgramDraft, { callback, outputs, settle }: Scope, isFailure: boolean): string {
  const value = outputs[0] ?? ''
  if (settle) return isFailure ? `${settle.reject}(new Error('failed'))` : `${settle.resolve}(${value})`
  if (callback !== undefined)
    return isFailure ? `${callback}(new Error('failed'))` : `${callback}(null${value && `, ${value}`})`
  return ''
}

function writeStream(draft: ProgramDraft, { child }: Scope): string {
  const name = draft.name('stream')
  return `const { stdout: ${name} } = ${child}\n${name}.on('data', ${draft.env('note')})\n`
}

function writeCollect(draft: ProgramDraft, scope: Scope, stream: 'stderr' | 'stdout'): string {
  const { child } = scope
  const name = draft.name('output')
  if (stream === 'stdout') scope.outputs.unshift(name)
  return draft.choices.one([
    `let ${name} = ''\n${child}.${stream}.on('data', (chunk) => {\n${name} += chunk\n})\n`,
    `let ${name} = ''\n${child}.${stream}.on('data', (chunk) => (${name} += String(chunk)))\n`,
    `const ${name} = []\n${child}.${stream}.on('data', (chunk) => ${name}.push(String(chunk)))\n`,
  ])
}

function writeKillTimer(draft: ProgramDraft, scope: Scope): string {
  const { child } = scope
  const delay = draft.delay()
  const name = draft.name('timer')
  const reject = asStatement(writeSettle(draft, scope, true))
  const kill = draft.choices.one([
    `${child}.kill()`,
    `${child}.kill('SIGKILL')`,
    `process.kill(${child}.pid)`,
    `if (${child}.exitCode === null) ${child}.kill()`,
  ])
  const body = draft.choices.one([kill, `${kill}\n${reject}`, `${reject}${kill}`])
  const call = `setTimeout(() => {\n${body}\n}, ${delay})`
  return draft.choices.weighted<() => string>([
    [
      4,
      () => {
        scope.timers.push(name)
        return `const ${name} = ${call}\n${draft.choices.rarely(2) ? `${child}.${pickMethod(draft)}('${draft.choices.one(['close', 'exit'])}', () => clearTimeout(${name}))\n` : ''}`
      },
    ],
    [1, () => `${call}\n`],
    [1, () => `${call}.unref()\n`],
    [
      1,
      () => {
        scope.timers.push(name)
        return `const ${name} = ${writeCondition(draft, scope)} ? ${call} : undefined\n`
      },
    ],
  ])()
}

function writeAlias(draft: ProgramDraft, scope: Scope): string {
  const name = draft.name('alias')
  return `const ${name} = ${scope.child}\n${writeListener(draft, { ...scope, child: name })}\n`
}

/** A function of the file that is handed the child. */
function writeHelperCall(draft: ProgramDraft, scope: Scope): string {
  const helper = draft.name('watch')
  const parameter = draft.name('proc')
  const inner = within({ ...createScope(), isHelper: true, depth: 1 }, parameter, scope.start)
  const body = writeBlock(draft, inner, 3)
  draft.helpers.push(
    draft.choices.one([
      `function ${helper}(${parameter}, options) {\n${body}}`,
      `const ${helper} = (${parameter}, options) => {\n${body}}`,
    ]),
  )
  return `${helper}(${scope.child}, options)\n`
}

/** A closure that is called, or handed on, later. */
function writeClosure(draft: ProgramDraft, scope: Scope): string {
  const name = draft.name('finish')
  const inner: Scope = { ...scope, isAsync: false, inLoop: false, inTry: false, depth: 2 }
  const settle = writeSettle(draft, scope, false)
  const failure = writeSettle(draft, scope, true)
  const body = draft.choices.one([
    asStatement(settle),
    settle ? `if (error) ${failure}\nelse ${settle}\n` : '',
    writeReaction(draft, inner, 'error'),
  ])
  const declaration = draft.choices.one([
    `const ${name} = (error) => {\n${body}}\n`,
    `function ${name}(error) {\n${body}}\n`,
  ])
  scope.functions.push(name)
  return `${declaration}${draft.choices.one([`${scope.child}.on('error', ${name})\n`, `${scope.child}.on('close', () => ${name}())\n`, '', `${name}()\n`])}`
}

function writeAwaitedWrapper(draft: ProgramDraft, scope: Scope): string {
  const inner: Scope = {
    ...scope,
    isAsync: false,
    settle: { resolve: 'resolve', reject: 'reject' },
    callback: undefined,
    inLoop: false,
    depth: scope.depth + 1,
  }
  const body = `${writeBlock(draft, inner, 3)}${writeListener(draft, inner)}\n`
  return `await new Promise((resolve${body.includes('reject') ? ', reject' : ''}) => {\n${body}})\n`
}

function asStatement(text: string): string {
  return text && `${text}\n`
}
