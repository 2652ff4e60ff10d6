/** What the preload loads when there is something to judge: the verdict at the exit, and what hangs before it. */
export { openEnforcement } from '../enforce/openEnforcement.ts'
export { watchDeadlines } from '../enforce/watchDeadlines.ts'
export { judgeAtExit } from './judgeAtExit.ts'
export { beginHang, reportHang } from './reportHang.ts'
export { openBlockedCalls, readSettingsOfRun, watchCalls } from './watchCalls.ts'
