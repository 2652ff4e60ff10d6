import { writePromised, writeStart, writeSync } from './child-start.ts'
import { writeListenerCall, writeUse } from './child-use.ts'
import { writeBlock, writeCondition, writeFlag, writeGuarded, writeLeave } from './program-flow.ts'
import { createScope, type ProgramDraft, type Scope, within } from './program-draft.ts'

/** The body of the program: what comes before the child, the child, what becomes of it. */
export function writeLife(draft: ProgramDraft, scope: Scope): string {
  const before: string[] = []
  while (draft.choices.rarely(3) && before.length < 2) {
    before.push(
      draft.choices.weighted<() => string>([
        [3, () => writeFlag(draft, scope)],
        [1, () => `if (${writeCondition(draft, scope)}) ${writeLeave(draft, scope)}\n`],
        [1, () => (scope.isAsync ? `await ${draft.env('work')}()\n` : '')],
      ])(),
    )
  }
  const form = draft.choices.weighted<() => string>([
    [12, () => writeDeclared(draft, scope, 'const')],
    [1, () => writeChained(draft, scope)],
    [1, () => writeDestructured(draft, scope)],
    [2, () => writeConditional(draft, scope)],
    [1, () => writeNullable(draft, scope)],
    [1, () => writeFromHelper(draft, scope)],
    [1, () => writeInLoop(draft, scope)],
    [1, () => writeInContainer(draft, scope)],
    [1, () => writeInTry(draft, scope)],
    [2, () => writePromised(draft, scope)],
    [1, () => writeSync(draft, scope)],
    [1, () => writeBare(draft, scope)],
    [1, () => writeTwo(draft, scope)],
    [1, () => writeInBranch(draft, scope)],
  ])
  return before.join('') + form()
}

function writeDeclared(draft: ProgramDraft, scope: Scope, keyword: string): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  return `${keyword} ${name} = ${start.call}\n${writeBlock(draft, within(scope, name, start), 5)}`
}

function writeBare(draft: ProgramDraft, scope: Scope): string {
  return `${writeStart(draft).call}\n${writeBlock(draft, scope, 1)}`
}

function writeChained(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  const inner = within(scope, name, start)
  const isNamed = !draft.choices.rarely(2)
  const link = (): string => writeListenerCall(draft, isNamed ? inner : { ...scope, start })
  const links = link() + (draft.choices.rarely(2) ? link() : '')
  return !isNamed ? `${start.call}${links}\n` : `const ${name} = ${start.call}${links}\n${writeBlock(draft, inner, 3)}`
}

function writeDestructured(draft: ProgramDraft, scope: Scope): string {
  const start = { ...writeStart(draft) }
  if (!start.stdout) return `const child = ${start.call}\n${writeBlock(draft, within(scope, 'child', start), 3)}`
  const { call } = start
  const use = draft.choices.one([
    `stdout.on('data', (chunk) => ${draft.env('use')}(chunk))`,
    'stdout.resume()',
    'stdout.pipe(process.stdout)',
    `stdout.once('end', () => ${draft.env('note')}())`,
  ])
  return `const { stdout${start.stderr ? ', stderr' : ''} } = ${call}\n${use}\n${start.stderr && draft.choices.rarely(2) ? 'stderr.resume()\n' : ''}`
}

function writeConditional(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  const inner = within(scope, name, start)
  const value = `${writeCondition(draft, scope)} ? ${start.call} : ${draft.choices.one(['undefined', 'null'])}`
  const guarded = draft.choices.one([`if (${name})`, `if (${name} !== undefined && ${name} !== null)`])
  return draft.choices.weighted<() => string>([
    [
      2,
      () => `const ${name} = ${value}\n${guarded} {\n${writeBlock(draft, inner, 4)}}\n${writeBlock(draft, scope, 1)}`,
    ],
    [1, () => `const ${name} = ${value}\nif (!${name}) ${writeLeave(draft, scope)}\n${writeBlock(draft, inner, 4)}`],
    [
      1,
      () =>
        `const ${name} = ${value}\n${writeOptional(draft, inner)}\n${draft.choices.rarely(2) ? writeOptional(draft, inner) : ''}\n`,
    ],
  ])()
}

function writeOptional(draft: ProgramDraft, scope: Scope): string {
  return `${scope.child}?${writeListenerCall(draft, scope)}`
}

function writeNullable(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  const inner = within(scope, name, start)
  return `let ${name} = null\nif (${writeCondition(draft, scope)}) ${name} = ${start.call}\nif (${name}) {\n${writeBlock(draft, inner, 3)}}\n${writeBlock(draft, scope, 1)}`
}

function writeInBranch(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  const inner = within({ ...scope, depth: scope.depth + 1 }, name, start)
  return `if (${writeCondition(draft, scope)}) {\nconst ${name} = ${start.call}\n${writeBlock(draft, inner, 4)}}\n${writeBlock(draft, scope, 1)}`
}

function writeFromHelper(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const helper = draft.name('launch')
  const name = draft.name('child')
  const local = draft.name('child')
  const inner = within(createScope(), local, start)
  draft.helpers.push(
    draft.choices.rarely(2)
      ? `const ${helper} = (options) => ${start.call}`
      : `function ${helper}(options) {\nconst ${local} = ${start.call}\n${writeUse(draft, inner)}return ${local}\n}`,
  )
  return `const ${name} = ${helper}(options)\n${writeBlock(draft, within(scope, name, start), 4)}`
}

function writeInLoop(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  const inner = within({ ...scope, depth: scope.depth + 1, inLoop: true }, name, start)
  const head = draft.choices.one([
    `for (const item of ${draft.env('list')}())`,
    `for (let round = 0; round < 2; round++)`,
    `while (${draft.env('ask')}())`,
  ])
  return `${head} {\nconst ${name} = ${start.call}\n${writeBlock(draft, inner, 4)}}\n${writeBlock(draft, scope, 1)}`
}

function writeInContainer(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  return draft.choices.weighted<() => string>([
    [
      1,
      () => {
        const state = draft.name('state')
        return `const ${state} = { child: ${start.call} }\n${writeBlock(draft, within(scope, `${state}.child`, start), 4)}`
      },
    ],
    [
      1,
      () => {
        const [list, name] = [draft.name('children'), draft.name('child')]
        const inner = within({ ...scope, depth: scope.depth + 1, inLoop: true }, name, start)
        return `const ${list} = [${start.call}]\nfor (const ${name} of ${list}) {\n${writeBlock(draft, inner, 4)}}\n`
      },
    ],
    [
      1,
      () => {
        const name = draft.name('child')
        return `const [${name}] = [${start.call}]\n${writeBlock(draft, within(scope, name, start), 4)}`
      },
    ],
    [
      1,
      () => {
        const [state, name] = [draft.name('state'), draft.name('child')]
        return `const ${state} = {}\n${state}.child = ${start.call}\nconst { child: ${name} } = ${state}\n${writeBlock(draft, within(scope, name, start), 4)}`
      },
    ],
    [
      1,
      () => {
        const name = draft.name('child')
        return `let ${name}\n${name} = ${start.call}\n${writeBlock(draft, within(scope, name, start), 4)}`
      },
    ],
  ])()
}

function writeInTry(draft: ProgramDraft, scope: Scope): string {
  const start = writeStart(draft)
  const name = draft.name('child')
  const inner = within({ ...scope, depth: scope.depth + 1, inTry: true }, name, start)
  const outer = { ...scope, depth: scope.depth + 1 }
  const body = `const ${name} = ${start.call}\n${writeGuarded(draft, inner, 4)}`
  const end = draft.choices.one([
    `catch (error) {\n${writeBlock(draft, outer, 1)}}`,
    `finally {\n${writeBlock(draft, outer, 1)}}`,
    `catch {\n${writeLeave(draft, outer)}\n} finally {\n${draft.env('note')}()\n}`,
  ])
  return `try {\n${body}} ${end}\n${writeBlock(draft, scope, 1)}`
}

function writeTwo(draft: ProgramDraft, scope: Scope): string {
  const [first, second] = [writeStart(draft), writeStart(draft)]
  const [one, other] = [draft.name('child'), draft.name('child')]
  const a = within(scope, one, first)
  const b = within(scope, other, second)
  const pipe = first.stdout && second.stdin ? `${one}.stdout.pipe(${other}.stdin)\n` : ''
  return `const ${one} = ${first.call}\n${writeBlock(draft, a, 2)}const ${other} = ${second.call}\n${pipe}${writeBlock(draft, b, 2)}${writeBlock(draft, a, 2)}`
}
