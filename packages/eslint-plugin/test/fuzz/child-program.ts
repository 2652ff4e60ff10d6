import { Choices } from './choice-tape.ts'
import { writeLife } from './child-life.ts'
import { createScope, ProgramDraft, type Scope } from './program-draft.ts'
import { writeFlag } from './program-flow.ts'

/** A small module in two spellings that differ only in how it imports and exports. */
export interface ChildProgram {
  /** What the linter reads. */
  readonly source: string
  /** The body of a function with the parameter `$`, which gives a promise of the exports. */
  readonly run: string
  readonly entry: { readonly name: string; readonly hasCallback: boolean; readonly isAsync: boolean }
}

export function writeProgram(tape: readonly number[]): ChildProgram {
  const draft = new ProgramDraft(new Choices(tape))
  const form = draft.choices.weighted([
    [5, 'async'],
    [4, 'plain'],
    [4, 'executor'],
    [2, 'callback'],
  ] as const)
  const body = writeEntry(draft, form)
  const text = [...draft.helpers, body].join('\n')
  const { run, source } = draft.header()
  return {
    source: `${source}\n${text}\nexport { start }\n`,
    run: `return (async () => {\n${run}\n${text}\nreturn { start }\n})()`,
    entry: { name: 'start', hasCallback: form === 'callback', isAsync: form === 'async' },
  }
}

function writeEntry(draft: ProgramDraft, form: 'async' | 'callback' | 'executor' | 'plain'): string {
  const scope: Scope = {
    ...createScope(form === 'async'),
    settle: form === 'executor' ? { resolve: 'resolve', reject: 'reject' } : undefined,
    callback: form === 'callback' ? 'callback' : undefined,
  }
  if (form === 'executor') {
    const before = draft.choices.rarely(4) ? writeFlag(draft, scope) : ''
    const inner = writeLife(draft, scope)
    return `function start(options) {\n${before}return new Promise((resolve, reject) => {\n${inner}\n})\n}`
  }
  const parameters = form === 'callback' ? 'options, callback' : 'options'
  return `${scope.isAsync ? 'async ' : ''}function start(${parameters}) {\n${writeLife(draft, scope)}\n}`
}
