import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { FunctionReference } from './child-process-settings.ts'
import { getGlobalPath, GLOBAL, type Origin } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** The first of the functions named in the settings that `callee` is. */
export function findConfigured<R extends FunctionReference>(
  callee: TSESTree.Node,
  references: readonly R[],
  unit: SourceUnit,
): R | undefined {
  if (references.length === 0) return undefined
  const found = unit.resolveOrigin(callee)
  const written = readDottedName(callee)
  return references.find(({ from, name }) => {
    if (from !== undefined) return found !== undefined && isFrom(found, from, name, unit)
    // without a module a name means what is called so here: a global, a local function, a named import
    return (
      written === name ||
      getGlobalPath(found) === name ||
      (found && found.module !== GLOBAL && found.path.join('.') === name)
    )
  })
}

function isFrom(found: Origin, from: string, name: string, { cwd, filename }: SourceUnit): boolean {
  const path = found.path.join('.')
  const isNamed = path === name || (path === '' && name === 'default') || path === `default.${name}`
  if (!isNamed || found.isPromise || found.isPromisified) return false
  if (!from.startsWith('.') && !from.startsWith('/')) return found.module === from.replace(/^node:/, '')
  if (!found.module.startsWith('.')) return false
  return joinPath(directoryOf(filename), found.module) === joinPath(cwd, from)
}

/** `log.fatal` as it is written; `undefined` for anything that is no chain of names. */
function readDottedName(node: TSESTree.Node): string | undefined {
  const inner = skipWrappers(node)
  if (inner.type === 'Identifier') return inner.name
  if (inner.type === 'ThisExpression') return 'this'
  if (inner.type !== 'MemberExpression') return undefined
  const object = readDottedName(inner.object)
  const name = getStaticPropertyName(inner)
  return object === undefined || name === undefined ? undefined : `${object}.${name}`
}

function directoryOf(filename: string): string {
  return filename.split(/[/\\]/).slice(0, -1).join('/')
}

/** A normal form to compare files by: absolute, forward slashes, without extension. */
function joinPath(folder: string, relative: string): string {
  const parts = relative.startsWith('/') ? [] : folder.split(/[/\\]/)
  for (const part of relative.split(/[/\\]/)) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/').replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '')
}
