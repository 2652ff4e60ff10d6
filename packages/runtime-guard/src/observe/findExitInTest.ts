import type { Guard } from '../journal/guard.ts'
import type { TestScope } from '../journal/TestScope.ts'
import { isInDependency, parseFrame } from '../ledger/callSite.ts'
import { captureExit } from './captureFrames.ts'

/**
 * The test that `process.exit()` has cut short, and by which line: undefined at every other end, also where a framework,
 * whose code is all in packages, gives up a test by itself. Call it while the process exits.
 */
export function findExitInTest({ tests }: Guard): { scope: TestScope; stack: string[] } | undefined {
  const scope = tests?.findPending()
  if (scope === undefined) return undefined
  const stack = captureExit(findExitInTest)
  const isByProgram = stack?.some((line) => !isInDependency(parseFrame(line)?.file ?? ''))
  return stack && isByProgram ? { scope, stack } : undefined
}
