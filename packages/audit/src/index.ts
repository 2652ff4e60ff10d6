export { audit, type AuditOptions } from './audit/audit.ts'
export { ProjectError } from './project/ProjectError.ts'
export type * from './report/Report.ts'
