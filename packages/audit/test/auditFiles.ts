import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { auditProject } from '../src/audit/auditProject.ts'
import { openProject } from '../src/project/openProject.ts'
import type { AuditReport } from '../src/report/Report.ts'
import { readSettingsFile } from '../src/settings/settingsFile.ts'

/** Writes a project into a folder of its own, which goes with the test. */
export function writeProject(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'child-process-audit-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true })
  })
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return root
}

/** Audits a project of these files, with its `child-process.settings.json` if it has one. */
export function auditFiles(files: Readonly<Record<string, string>>): AuditReport {
  const root = writeProject(files)
  return auditProject(openProject({ cwd: root }), readSettingsFile(path.join(root, 'child-process.settings.json')))
}

/** One line per child: where it is started, its fate, and the places that say so. */
export function listFates({ children }: AuditReport): string[] {
  return children.map(({ fate, places, site }) =>
    [`${site.file}:${site.line} ${fate}`, ...places.map(({ site: { file, line } }) => `${file}:${line}`)].join(' '),
  )
}
