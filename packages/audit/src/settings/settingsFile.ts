import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { findSettingsProblem } from 'eslint-plugin-child-process/analysis'
import { ProjectError } from '../project/ProjectError.ts'
import type { InferredSettings } from './inferSettings.ts'

/** `settings.childProcess`, as it stands in the reviewed file. */
export type SettingsContent = Record<'drainers' | 'factories' | 'killers' | 'neverReturns' | 'observers', unknown[]>

/** What a settings file says; empty when it is not there yet. */
export function readSettingsFile(file: string): Partial<SettingsContent> {
  if (!existsSync(file)) return {}
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ProjectError(`${file} cannot be read: ${(error as Error).message}.`)
  }
  const problem = findSettingsProblem({ childProcess: content })
  if (problem !== undefined) throw new ProjectError(`${file}: ${problem}`)
  return content as Partial<SettingsContent>
}

/**
 * The inferred functions, and what the file says of others: of packages, of functions without a module, and of functions that never
 * return, which are not inferred. What it says of the project's own functions is taken anew.
 */
export function mergeSettings(known: Partial<SettingsContent>, inferred: InferredSettings): SettingsContent {
  const merge = (key: keyof InferredSettings): unknown[] => [
    ...inferred[key],
    ...(known[key] ?? []).filter((entry) => !isOfProject(entry)),
  ]
  return {
    factories: merge('factories'),
    observers: merge('observers'),
    drainers: merge('drainers'),
    killers: merge('killers'),
    neverReturns: known.neverReturns ?? [],
  }
}

function isOfProject(entry: unknown): boolean {
  const from = typeof entry === 'string' ? entry.split('#')[0] : (entry as { from?: string }).from
  return from?.startsWith('.') === true
}

/** The text of a settings file; the same for the same content. */
export function formatSettings(content: SettingsContent): string {
  return `${JSON.stringify(content, null, 2)}\n`
}

export function writeSettingsFile(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new ProjectError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`)
  }
}
