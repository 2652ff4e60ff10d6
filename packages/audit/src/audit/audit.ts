import path from 'node:path'
import { openProject } from '../project/openProject.ts'
import type { AuditReport } from '../report/Report.ts'
import { readSettingsFile } from '../settings/settingsFile.ts'
import { auditProject } from './auditProject.ts'

export interface AuditOptions {
  /** The folder of the project: what paths in the report and the settings are relative to. */
  readonly cwd: string
  /** A tsconfig.json or the folder of one; by default that of `cwd`, or without one all source files below it. */
  readonly project?: string
  /** The reviewed settings file, which need not be there; `child-process.settings.json` by default. */
  readonly settings?: string
}

/**
 * Audits a project, as the command does.
 *
 * @throws {ProjectError} when the project or its settings cannot be read
 */
export function audit({ cwd, project, settings = 'child-process.settings.json' }: AuditOptions): AuditReport {
  const root = path.resolve(cwd)
  return auditProject(openProject({ cwd: root, project }), readSettingsFile(path.resolve(root, settings)))
}
