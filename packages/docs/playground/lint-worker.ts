import { lintCode } from './lint-code.ts'
import type { LintRequest, LintResponse } from './protocol.ts'

// The types of a page do not know the inside of a worker: of its global object this is all that is needed.
const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent<LintRequest>) => void
  postMessage: (response: LintResponse) => void
}

thread.onmessage = ({ data: { code, id, language, rules } }) => {
  lintCode(code, language, rules).then(
    (found) => {
      thread.postMessage({ id, ...found })
    },
    (error: unknown) => {
      thread.postMessage({ id, failure: error instanceof Error ? error.message : String(error) })
    },
  )
}
