import type { TSESTree } from '@typescript-eslint/utils'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { readExports } from './exported-value.ts'
import { findInitialValue } from './known-value.ts'
import { findLocalFunction } from './local-function.ts'
import { GLOBAL } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** A function, and the file that it is in. */
export interface FileFunction {
  readonly callee: FunctionNode
  readonly unit: SourceUnit
}

/** The file that a module specifier of another file means, if it may say something about `name`. */
export type ModuleLookup = (specifier: string, from: SourceUnit, name: string | undefined) => SourceUnit | undefined

/** Re-exports of re-exports; a circle of them has no end. */
const MAX_DEPTH = 12

/** The function of another file that a callee names, through imports, re-exports and objects of functions. */
export function findImportedFunction(
  callee: TSESTree.Node,
  unit: SourceUnit,
  lookUp: ModuleLookup,
): FileFunction | undefined {
  return new ExportSearch(lookUp).findBehind(callee, [], unit, 0)
}

class ExportSearch {
  readonly #lookUp: ModuleLookup

  constructor(lookUp: ModuleLookup) {
    this.#lookUp = lookUp
  }

  /** What the imported value `node` has at a property path. */
  findBehind(node: TSESTree.Node, path: readonly string[], unit: SourceUnit, depth: number): FileFunction | undefined {
    const found = unit.resolveOrigin(node)
    if (!found || found.module === GLOBAL || found.isPromise || found.isPromisified) return undefined
    return this.#findExport(found.module, [...found.path, ...path], unit, depth + 1)
  }

  #findExport(specifier: string, path: readonly string[], from: SourceUnit, depth: number): FileFunction | undefined {
    if (depth > MAX_DEPTH) return undefined
    const name = path.find((part) => part !== 'default')
    const unit = this.#lookUp(specifier, from, name)
    if (!unit) return undefined
    const exports = readExports(unit)
    const { isModule, named, stars, whole } = exports
    const [first, ...rest] = path
    if ((first !== undefined && exports.isWrittenElsewhere(first)) || exports.isWrittenElsewhere('')) return undefined
    const own = first === undefined ? undefined : named.get(first)
    if (own?.is === 'elsewhere') return this.#findExport(own.module, [...own.path, ...rest], unit, depth + 1)
    if (own) return this.#findValue(own.node, rest, unit, depth)
    if (first === 'default' || first === undefined) {
      // to an ES module, `module.exports` of a CommonJS one is the default export
      const below = first === 'default' && !isModule ? rest : path
      if (whole) return this.#findValue(whole, below, unit, depth)
      return first === 'default' && !isModule && rest.length > 0
        ? this.#findExport(specifier, rest, from, depth + 1)
        : undefined
    }
    if (whole) return this.#findValue(whole, path, unit, depth)
    for (const star of stars) {
      const found = this.#findExport(star, path, unit, depth + 1)
      if (found) return found
    }
    return undefined
  }

  /** What a value of the file has at a property path, if that is a function that nothing replaces. */
  #findValue(node: TSESTree.Node, path: readonly string[], unit: SourceUnit, depth: number): FileFunction | undefined {
    if (depth > MAX_DEPTH) return undefined
    const value = skipWrappers(node)
    const local = path.length === 0 ? findLocalFunction(value, unit) : undefined
    if (local) return { callee: local, unit }
    if (isFunctionNode(value)) return undefined
    if (value.type === 'ObjectExpression') {
      const [name, ...rest] = path
      const property = value.properties.findLast(
        (candidate) => candidate.type === 'SpreadElement' || getStaticPropertyName(candidate) === name,
      )
      return property?.type === 'Property' && property.kind === 'init'
        ? this.#findValue(property.value, rest, unit, depth + 1)
        : undefined
    }
    const imported = this.findBehind(value, path, unit, depth)
    if (imported) return imported
    const initial = value.type === 'Identifier' ? findInitialValue(value, unit.bindings) : undefined
    return initial && this.#findValue(initial, path, unit, depth + 1)
  }
}
