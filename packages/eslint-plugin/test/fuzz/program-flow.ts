import { writeListener, writeSettle, writeUse } from './child-use.ts'
import { type ProgramDraft, type Scope } from './program-draft.ts'

type Writer = (scope: Scope) => string

export function writeFlag(draft: ProgramDraft, scope: Scope): string {
  const name = draft.name('flag')
  scope.flags.push(name)
  return `const ${name} = ${draft.choices.one([`${draft.env('ask')}()`, 'options.flag'])}\n`
}

export function writeCondition(draft: ProgramDraft, scope: Scope): string {
  const flag = (): string =>
    scope.flags.length > 0 ? scope.flags[draft.choices.below(scope.flags.length)]! : 'options.quiet'
  return draft.choices.weighted<() => string>([
    [4, () => 'options.quiet'],
    [3, flag],
    [2, () => `!${flag()}`],
    [2, () => `${draft.env('ask')}()`],
    [1, () => `!options.quiet`],
    [1, () => `options.quiet && ${flag()}`],
    [1, () => `${flag()} || options.verbose`],
    [1, () => `options.mode === 'quiet'`],
  ])()
}

/** Work inside `try` may fail; what fails elsewhere ends the program's function, which no rule says anything about. */
export function writeWait(draft: ProgramDraft, { inTry }: Scope): string {
  return draft.env(inTry ? 'attempt' : 'work')
}

export function writeBlock(draft: ProgramDraft, scope: Scope, length: number): string {
  const inner: Scope = {
    ...scope,
    flags: [...scope.flags],
    timers: [...scope.timers],
    outputs: [...scope.outputs],
    functions: [...scope.functions],
  }
  let text = ''
  const count = draft.choices.below(length + 1)
  for (let index = 0; index < count && draft.statements < 40; index++) {
    draft.statements += 1
    text += writeStatement(draft, inner)
  }
  return text
}

function writeStatement(draft: ProgramDraft, scope: Scope): string {
  if (scope.isBare) return writeBareStatement(draft, scope)
  return draft.choices.weighted<Writer>([
    [10, (s) => writeUse(draft, s)],
    [3, (s) => writeControl(draft, s)],
    [1, (s) => writeBareStatement(draft, s)],
  ])(scope)
}

/** The block of a `try`, with something in it that may fail: what nothing leads to would have no execution. */
export function writeGuarded(draft: ProgramDraft, scope: Scope, length: number): string {
  const risk = `${draft.env('risky')}()\n`
  const body = writeBlock(draft, { ...scope, inTry: true }, length)
  return draft.choices.rarely(3) ? risk + body : body + risk
}

function writeBareStatement(draft: ProgramDraft, scope: Scope): string {
  return draft.choices.weighted<Writer>([
    [2, () => `${draft.env('note')}()\n`],
    [1, (s) => writeFlag(draft, s)],
    [1, (s) => (s.isAsync ? `await ${writeWait(draft, s)}()\n` : '')],
    [1, (s) => (s.isAsync ? `await null\n` : '')],
    [1, (s) => (s.inTry ? `${draft.env('risky')}()\n` : '')],
    [1, (s) => (s.inTry && s.isAsync ? `await ${draft.env('attempt')}()\n` : '')],
    [1, (s) => (s.inLoop ? `if (${writeCondition(draft, s)}) ${draft.choices.one(['break', 'continue'])}\n` : '')],
    [1, (s) => `if (${writeCondition(draft, s)}) ${writeLeave(draft, s)}\n`],
  ])(scope)
}

export function writeLeave(draft: ProgramDraft, scope: Scope): string {
  const settle = writeSettle(draft, scope, false)
  const value = scope.isBare || !draft.choices.rarely(6) ? '' : ` ${scope.child}`
  return draft.choices.weighted([
    [5, settle && draft.choices.rarely(2) ? `{ ${settle}; return }` : `return${value}`],
    ...(scope.isHelper ? [] : ([[1, `throw new Error('leave')`]] as const)),
    [1, 'process.exit(1)'],
  ])
}

function writeControl(draft: ProgramDraft, scope: Scope): string {
  const inner: Scope = { ...scope, depth: scope.depth + 1 }
  if (scope.depth > 2) return writeUse(draft, scope)
  return draft.choices.weighted<() => string>([
    [4, () => `if (${writeCondition(draft, scope)}) {\n${writeBlock(draft, inner, 3)}}\n`],
    [
      3,
      () =>
        `if (${writeCondition(draft, scope)}) {\n${writeBlock(draft, inner, 2)}} else {\n${writeBlock(draft, inner, 2)}}\n`,
    ],
    [2, () => `if (${writeCondition(draft, scope)}) ${writeLeave(draft, scope)}\n`],
    [1, () => `if (${scope.child}.pid === undefined) ${writeLeave(draft, scope)}\n`],
    [2, () => `try {\n${writeGuarded(draft, inner, 3)}} catch (error) {\n${writeBlock(draft, inner, 2)}}\n`],
    [1, () => `try {\n${writeGuarded(draft, inner, 2)}} finally {\n${writeBlock(draft, inner, 2)}}\n`],
    [1, () => `for (const item of ${draft.env('list')}()) {\n${writeBlock(draft, { ...inner, inLoop: true }, 2)}}\n`],
    [
      1,
      () =>
        `switch (${draft.env('pick')}()) {\ncase 0:\n${writeBlock(draft, inner, 2)}${draft.choices.one(['break\n', ''])}case 1:\n${writeBlock(draft, inner, 2)}break\n${draft.choices.one([`default:\n${writeBlock(draft, inner, 1)}`, ''])}}\n`,
    ],
    [1, () => `${writeCondition(draft, scope)} && ${writeListener(draft, scope)}\n`],
    [1, () => `${writeCondition(draft, scope)} ? ${writeListener(draft, scope)} : ${writeListener(draft, scope)}\n`],
    [1, () => `do {\n${writeBlock(draft, { ...inner, inLoop: true }, 2)}} while (${draft.env('ask')}())\n`],
  ])()
}
