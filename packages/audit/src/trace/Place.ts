import { type CollectionKind, findPropertyStep, findStoreStep } from 'eslint-plugin-child-process/analysis'
import { ts } from 'ts-morph'
import { skipWrappers } from '../project/findNode.ts'
import type { SourceProject } from '../project/SourceProject.ts'
import { getModuleSymbol, listDeclarations } from './listDeclarations.ts'

/** A variable or a property that keeps a value, whatever files name it. */
export interface Place {
  readonly name: string
  /** Empty where types do not tell: then everything of this name may be it. */
  readonly declarations: ReadonlySet<ts.Node>
  readonly isProperty: boolean
  /** Where in it the value lies. */
  readonly path: readonly string[]
}

/** Where `target = value` keeps a value that lies at `path` of what is assigned. */
export function findPlace(target: ts.Expression, path: readonly string[], project: SourceProject): Place | undefined {
  const at = skipWrappers(target)
  if (ts.isIdentifier(at)) return makePlace(at.text, project.checker.getSymbolAtLocation(at), path, false, project)
  if (ts.isPropertyAccessExpression(at)) {
    const exported = isModuleExports(at) ? findExported(at, path, project) : undefined
    return exported ?? makePlace(at.name.text, project.checker.getSymbolAtLocation(at.name), path, true, project)
  }
  if (ts.isElementAccessExpression(at)) {
    const key = at.argumentExpression
    if (ts.isStringLiteralLike(key))
      return makePlace(key.text, project.checker.getSymbolAtLocation(key), path, true, project)
    const step = findPropertyStep(readKind(at.expression, project) ?? 'object', undefined)
    return step === undefined ? undefined : findPlace(at.expression, [step, ...path], project)
  }
  // `map.get(key)` of a map of lists
  if (ts.isCallExpression(at)) return findMapEntry(at, path, project)
  // `(this.children ??= [])`
  if (ts.isBinaryExpression(at) && /^(?:\?\?|\|\|)=?$/.test(at.operatorToken.getText()))
    return findPlace(at.left, path, project)
  return undefined
}

/** `registry.add(child)`, `list.push(child)`, `map.set(key, child)`. */
export function findStore(
  call: ts.CallExpression,
  index: number,
  path: readonly string[],
  project: SourceProject,
): Place | undefined {
  const callee = skipWrappers(call.expression)
  if (!ts.isPropertyAccessExpression(callee)) return undefined
  const kind = readKind(callee.expression, project) ?? guessKind(callee, project)
  const step = kind && findStoreStep(kind, callee.name.text, index)
  return step === undefined ? undefined : findPlace(callee.expression, [step, ...path], project)
}

export function makePlace(
  name: string,
  symbol: ts.Symbol | undefined,
  path: readonly string[],
  isProperty: boolean,
  project: SourceProject,
): Place {
  return { name, declarations: new Set(listDeclarations(symbol, project.checker)), isProperty, path }
}

function findMapEntry(call: ts.CallExpression, path: readonly string[], project: SourceProject): Place | undefined {
  const callee = skipWrappers(call.expression)
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'get') return undefined
  const step = findStoreStep('map', 'set', 1)
  return step === undefined ? undefined : findPlace(callee.expression, [step, ...path], project)
}

function isModuleExports(node: ts.PropertyAccessExpression): boolean {
  return ts.isIdentifier(node.expression) && node.expression.text === 'module' && node.name.text === 'exports'
}

/** `module.exports = { child }`: what other files see is a property of the module. */
function findExported(node: ts.Node, path: readonly string[], project: SourceProject): Place | undefined {
  const [name, ...rest] = path
  const module = getModuleSymbol(node.getSourceFile(), project.checker)
  if (name === undefined || !module) return undefined
  const symbol = project.checker.getExportsOfModule(module).find((own) => own.name === name)
  return symbol && makePlace(name, symbol, rest, true, project)
}

const KINDS: Readonly<Record<string, CollectionKind>> = {
  Array: 'list',
  ReadonlyArray: 'list',
  Map: 'map',
  WeakMap: 'map',
  Set: 'set',
  WeakSet: 'set',
}

function readKind(node: ts.Expression, { checker }: SourceProject): CollectionKind | undefined {
  const type = checker.getTypeAtLocation(node)
  return checker.isArrayType(type) || checker.isTupleType(type) ? 'list' : KINDS[type.getSymbol()?.name ?? '']
}

/** By the method alone, where types tell nothing of what it is called on. */
function guessKind(
  { expression, name }: ts.PropertyAccessExpression,
  { checker }: SourceProject,
): CollectionKind | undefined {
  if (!(checker.getTypeAtLocation(expression).flags & ts.TypeFlags.Any)) return undefined
  if (name.text === 'push' || name.text === 'unshift') return 'list'
  if (name.text === 'set') return 'map'
  return name.text === 'add' ? 'set' : undefined
}
