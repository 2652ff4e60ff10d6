/** Exit codes of the command line, beside those of the guarded program. */
export const exitCodes = {
  clean: 0,
  findings: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** What was asked about could not be inspected. */
  blind: 3,
  /** As shells do: found, but could not be started. */
  notExecutable: 126,
  notFound: 127,
} as const

/** Ends a command with one sentence on stderr. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  readonly exitCode: number

  constructor(sentence: string, exitCode: number = exitCodes.usage) {
    super(sentence)
    this.exitCode = exitCode
  }
}
