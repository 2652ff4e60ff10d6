import type { Language, LintRequest, LintResponse } from './protocol.ts'

/** The linter in a thread of its own. Of several requests only the last one is answered. */
export class LintClient {
  readonly #worker = new Worker(new URL('./lint-worker.ts', import.meta.url), { type: 'module', name: 'linter' })
  #asked = 0
  #settle: ((response: LintResponse | undefined) => void) | undefined

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<LintResponse>) => {
      if (data.id === this.#asked) this.#answer(data)
    }
    this.#worker.onerror = (event) => {
      this.#answer({ id: this.#asked, failure: event.message || 'The linter could not be loaded.' })
    }
  }

  /** `undefined`: asked again meanwhile. */
  lint(code: string, language: Language, rules: LintRequest['rules']): Promise<LintResponse | undefined> {
    this.#answer(undefined)
    this.#asked += 1
    return new Promise((resolve) => {
      this.#settle = resolve
      this.#worker.postMessage({ id: this.#asked, code, language, rules } satisfies LintRequest)
    })
  }

  stop(): void {
    this.#answer(undefined)
    this.#worker.terminate()
  }

  #answer(response: LintResponse | undefined): void {
    this.#settle?.(response)
    this.#settle = undefined
  }
}
