import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ProjectError } from './ProjectError.ts'

/** What the audit reads of a package.json. */
export interface Manifest {
  /** Others can import from it: what it hands out may be ended by them. */
  readonly isLibrary: boolean
}

/** Of the project's folder; without one the project is a program. */
export function readManifest(root: string): Manifest {
  const file = path.join(root, 'package.json')
  if (!existsSync(file)) return { isLibrary: false }
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ProjectError(`${file} cannot be read: ${(error as Error).message}.`)
  }
  const { exports, main, module, name, private: isPrivate } = (manifest ?? {}) as Record<string, unknown>
  const hasEntry = exports !== undefined || main !== undefined || module !== undefined
  return { isLibrary: isPrivate !== true && typeof name === 'string' && hasEntry }
}
