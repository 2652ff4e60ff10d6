/** By the folders and names that test runners look for. */
const TEST_FILE = /(?:^|[/\\])(?:__tests__|tests?|specs?|e2e)[/\\]|[-._](?:e2e|spec|test)\.[cm]?[jt]sx?$/i

/** Is it a file of tests, as seen from the working directory? */
export function isTestFile({ cwd, filename }: { readonly cwd: string; readonly filename: string }): boolean {
  return TEST_FILE.test(filename.startsWith(cwd) ? filename.slice(cwd.length) : filename)
}

/** The option that rules share which leave tests alone. */
export const testsProperty = {
  description:
    'Report in test files as well: `*.test.*`, `*.spec.*`, and what lies in `test`, `tests`, `__tests__` or `e2e`.',
  type: 'boolean',
} as const
