/** What the command says by its exit code. */
export const exitCodes = {
  clean: 0,
  /** A child that nothing ends, or a settings file that is out of date. */
  findings: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** No finding, but a file could not be inspected. */
  blind: 3,
} as const
