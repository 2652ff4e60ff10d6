import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { isTypeImport } from './module-origin.ts'

/** A function of Node's `child_process`, as its declaration in Node's types names it. */
export interface DeclaredFunction {
  readonly name: string
  readonly isPromisified: boolean
}

export type DeclaredFunctionFinder = (callee: TSESTree.Node) => DeclaredFunction | undefined

/** The little of TypeScript's interface that is read, alike in 5 and 6; anything may be missing. */
interface TypeNode {
  readonly parent?: TypeNode & { readonly declarations?: unknown; readonly members?: unknown }
  readonly name?: TypeNode & { readonly text?: string }
  readonly type?: unknown
  readonly initializer?: unknown
}
interface TypeSymbol {
  readonly flags: number
  readonly valueDeclaration?: TypeNode
}
interface Type {
  readonly types?: unknown
  getCallSignatures(): readonly { readonly declaration?: TypeNode }[]
}
interface TypeChecker {
  getSymbolAtLocation(node: TypeNode): TypeSymbol | undefined
  getAliasedSymbol(symbol: TypeSymbol): TypeSymbol
  getTypeAtLocation(node: TypeNode): Type
}
interface ParserServices {
  readonly program?: { getTypeChecker(): TypeChecker } | null
  readonly esTreeNodeToTSNodeMap?: { get(node: TSESTree.Node): TypeNode | undefined }
}

const ALIAS_FLAG = 2_097_152
const MODULE = /^(?:node:)?child_process$/
/** `util.promisify(exec)` has the type of the function that Node's types keep under this name. */
const PROMISIFIED = '__promisify__'

/**
 * Finds the functions of `child_process` that types lead to and bindings do not: behind a re-export, `promisify(exec)` of
 * another file, a field. `undefined` without types. The services of a parser without types are empty, those of another
 * parser are anything, and a checker may throw: each of these only means that nothing is known.
 */
export function createDeclaredFunctionFinder(
  parserServices: unknown,
  bindings: Bindings,
): DeclaredFunctionFinder | undefined {
  return attempt(() => {
    const { esTreeNodeToTSNodeMap: nodes, program } = parserServices as ParserServices
    const checker = program?.getTypeChecker()
    if (!nodes || !checker) return undefined
    return (callee) =>
      attempt(() => {
        const node = isLeavingFile(callee, bindings) ? nodes.get(callee) : undefined
        return node && findDeclaredFunction(node, checker)
      })
  })
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/**
 * Does the value come from where bindings do not see? Of a variable of this file they know more than its type, which is
 * that of the first of several declarations.
 */
function isLeavingFile(callee: TSESTree.Node, bindings: Bindings): boolean {
  let root = skipWrappers(callee)
  while (root.type === 'MemberExpression') root = skipWrappers(root.object)
  if (root.type !== 'Identifier') return root !== callee
  const binding = bindings.resolve(root)
  const [definition] = binding?.definitions ?? []
  if (!binding || !definition || binding.isReassigned || binding.definitions.length > 1) return false
  if (isTypeImport(definition.node)) return false
  return binding.kind === 'import' || root !== callee
}

function findDeclaredFunction(callee: TypeNode, checker: TypeChecker): DeclaredFunction | undefined {
  const own = checker.getSymbolAtLocation(callee.name ?? callee)
  const { valueDeclaration } = own && own.flags & ALIAS_FLAG ? checker.getAliasedSymbol(own) : (own ?? {})
  if (!valueDeclaration) return undefined
  const direct = readDeclaration(valueDeclaration)
  if (direct) return direct
  const type = checker.getTypeAtLocation(callee)
  // a union is called by whichever member is there
  if (type.types) return undefined
  const [first, ...others] = type
    .getCallSignatures()
    .map(({ declaration }) => declaration && readDeclaration(declaration))
  if (!first || others.some((other) => other?.name !== first.name || other.isPromisified !== first.isPromisified))
    return undefined
  // what is annotated as `typeof spawn` may be a wrapper that does more; nobody writes the type of the other by hand
  return first.isPromisified || isInferred(valueDeclaration) ? first : undefined
}

/** A variable or a field whose type is that of its value. */
function isInferred({ initializer, parent, type }: TypeNode): boolean {
  return initializer !== undefined && type === undefined && Boolean(parent?.declarations ?? parent?.members)
}

/** `spawn`, or `exec.__promisify__`, if it is declared in the module. */
function readDeclaration(declaration: TypeNode): DeclaredFunction | undefined {
  const names: string[] = []
  for (let at: TypeNode | undefined = declaration; at; at = at.parent) {
    const name = at.name?.text
    if (name === undefined) continue
    if (MODULE.test(name)) return toFunction(names)
    names.unshift(name)
  }
  return undefined
}

function toFunction([name, inner, ...deeper]: readonly string[]): DeclaredFunction | undefined {
  if (name === undefined || deeper.length > 0 || (inner !== undefined && inner !== PROMISIFIED)) return undefined
  return { name, isPromisified: inner === PROMISIFIED }
}
