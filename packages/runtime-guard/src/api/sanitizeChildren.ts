import { findGuard } from '../journal/guard.ts'

/**
 * Whether children have to end with their test: a test that leaves one alive fails in the framework's own report. Called in a
 * test, for that test; outside of any, for the rest of its file. Where nobody says anything, `RUNTIME_GUARD_FAIL_TESTS` does.
 * Needs the adapter of the framework; without it, and without the guard, it does nothing.
 */
export function sanitizeChildren(isOn: boolean): void {
  findGuard()?.tests?.sanitize(isOn)
}
