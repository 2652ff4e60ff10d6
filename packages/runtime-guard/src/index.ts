/**
 * The functions of `runtime-guard/api`. Importing it changes nothing; calling them, `killTree` apart, needs a process in which
 * the guard is loaded (`node --require runtime-guard`, or below `runtime-guard run`).
 */
export { allow, ignoreCurrent } from './api/exceptions.ts'
export { killTree, type KillTreeOptions } from './api/killTree.ts'
export type { LiveChild } from './api/LiveChild.ts'
export { sanitizeChildren } from './api/sanitizeChildren.ts'
export { NotArmedError, snapshot } from './api/snapshot.ts'
export { LiveChildrenError, scope, verifyNone, type Scope, type VerifyOptions } from './api/verifyNone.ts'
export type * from './report/Report.ts'
