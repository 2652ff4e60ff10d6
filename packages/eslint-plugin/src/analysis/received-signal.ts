import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import type { FunctionNode } from '../ast/function-node.ts'
import { climbWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** An `AbortSignal` that a function is given by its caller. */
export interface ReceivedSignal {
  /** The parameter, or the property of a pattern, that it comes by. */
  readonly node: TSESTree.Node
  /** How the function can name it; `undefined` where it leaves it in an object that it takes apart. */
  readonly text: string | undefined
  /** Every mention of it. */
  readonly reads: readonly TSESTree.Node[]
  /** The object that has it is used as a whole, by whatever gets that. */
  readonly isPassedOn: boolean
}

/** What such a signal is called. `signal` alone may be the name of a signal of the system. */
const NAME = /^(?:signal|abortSignal|cancelSignal|cancellationSignal)$/
const ASKED = /^(?:aborted|throwIfAborted|onabort)$/

const known = new WeakMap<FunctionNode, readonly ReceivedSignal[]>()

/** By its type, by JSDoc, by a name that nothing else goes by, or by what is done with it. */
export function listReceivedSignals(owner: FunctionNode, unit: SourceUnit): readonly ReceivedSignal[] {
  let signals = known.get(owner)
  if (!signals) known.set(owner, (signals = new SignalReader(owner, unit).read()))
  return signals
}

class SignalReader {
  readonly #owner: FunctionNode
  readonly #unit: SourceUnit
  readonly #documented: ReadonlySet<string>

  constructor(owner: FunctionNode, unit: SourceUnit) {
    this.#owner = owner
    this.#unit = unit
    this.#documented = readDocumented(owner, unit)
  }

  read(): ReceivedSignal[] {
    return this.#owner.params.flatMap((param) => {
      const target = param.type === 'AssignmentPattern' ? param.left : param
      if (target.type === 'Identifier') return this.#readName(target) ?? []
      return target.type === 'ObjectPattern' ? (this.#readPattern(target) ?? []) : []
    })
  }

  #readName(name: TSESTree.Identifier): ReceivedSignal | undefined {
    const binding = this.#unit.bindings.resolve(name)
    // what is written over is no longer what the caller gave
    if (!binding || binding.isReassigned) return undefined
    const type = name.typeAnnotation?.typeAnnotation
    const isTyped = isSignalType(type) || this.#documented.has(name.name)
    if (isTyped || (NAME.test(name.name) && !isOtherType(type) && this.#isSignalName(name.name, listReads(binding))))
      return { node: name, text: name.name, reads: listReads(binding), isPassedOn: false }
    return this.#readOptions(name, binding, type)
  }

  /** `options`, whose property is the signal. */
  #readOptions(
    node: TSESTree.Identifier,
    binding: Binding,
    type: TSESTree.TypeNode | undefined,
  ): ReceivedSignal | undefined {
    const byKey = new Map<string, TSESTree.Node[]>()
    let isPassedOn = false
    for (const read of listReads(binding)) {
      const found = this.#readSelection(read)
      if (!found) isPassedOn = true
      else for (const { key, reads } of found) byKey.set(key, [...(byKey.get(key) ?? []), ...reads])
    }
    const typed = this.#findTypedKey(type)
    const key = typed ?? [...byKey].find(([name, reads]) => this.#isSignalName(name, reads))?.[0]
    if (key === undefined) return undefined
    const isOptional = node.optional && typed !== undefined
    return { node, text: `${node.name}${isOptional ? '?.' : '.'}${key}`, reads: byKey.get(key) ?? [], isPassedOn }
  }

  /** The properties that a use of an object takes from it; `undefined` for the object as a whole. */
  #readSelection(use: TSESTree.Node): { key: string; reads: TSESTree.Node[] }[] | undefined {
    const at = climbWrappers(use)
    const { parent } = at
    if (parent?.type === 'MemberExpression' && parent.object === at) {
      const key = getStaticPropertyName(parent)
      return key === undefined ? undefined : [{ key, reads: [parent] }]
    }
    if (parent?.type === 'VariableDeclarator' && parent.init === at && parent.id.type === 'ObjectPattern')
      return this.#readTaken(parent.id)
    if (parent?.type === 'IfStatement' || parent?.type === 'UnaryExpression') return []
    return undefined
  }

  /** What is taken by a pattern; the rest of the object goes on under a name of its own. */
  #readTaken(pattern: TSESTree.ObjectPattern): { key: string; reads: TSESTree.Node[] }[] | undefined {
    const found: { key: string; reads: TSESTree.Node[] }[] = []
    const keys = new Set<string>()
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        if ([...keys].some((key) => NAME.test(key))) continue
        return undefined
      }
      const key = getStaticPropertyName(property)
      const binding = readTarget(property.value, this.#unit)
      if (key === undefined || (NAME.test(key) && !binding)) return undefined
      keys.add(key)
      if (binding) found.push({ key, reads: binding.isExported ? [pattern] : listReads(binding) })
    }
    return found
  }

  #readPattern(pattern: TSESTree.ObjectPattern): ReceivedSignal | undefined {
    const typed = this.#findTypedKey(pattern.typeAnnotation?.typeAnnotation)
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        // `{ cwd, ...options }`
        const binding = property.argument.type === 'Identifier' && this.#unit.bindings.resolve(property.argument)
        if (!binding || binding.isReassigned || property.argument.type !== 'Identifier') return undefined
        const rest = this.#readOptions(property.argument, binding, undefined)
        return (
          rest ?? (typed === undefined ? undefined : { node: pattern, text: undefined, reads: [], isPassedOn: true })
        )
      }
      const key = getStaticPropertyName(property)
      if (key === undefined || !(key === typed || NAME.test(key))) continue
      const binding = readTarget(property.value, this.#unit)
      if (!binding || binding.isReassigned) return undefined
      const reads = listReads(binding)
      const isSignal = key === typed || this.#isSignalName(key, reads)
      return isSignal ? { node: property, text: binding.name, reads, isPassedOn: false } : undefined
    }
    return typed === undefined ? undefined : { node: pattern, text: undefined, reads: [], isPassedOn: false }
  }

  #isSignalName(key: string, reads: readonly TSESTree.Node[]): boolean {
    if (!NAME.test(key)) return false
    if (key !== 'signal') return true
    const isDocumented = [...this.#documented].some((name) => name.endsWith(`.${key}`))
    return isDocumented || reads.some((read) => isUsedAsSignal(read, this.#unit))
  }

  /** The property of an object type of the file that is a signal. */
  #findTypedKey(type: TSESTree.TypeNode | undefined, depth = 0): string | undefined {
    if (!type || depth > 4) return undefined
    switch (type.type) {
      case 'TSTypeLiteral':
        return findSignalMember(type.members)
      case 'TSIntersectionType':
      case 'TSUnionType':
        for (const part of type.types) {
          const key = this.#findTypedKey(part, depth + 1)
          if (key !== undefined) return key
        }
        return undefined
      case 'TSTypeReference': {
        const declared = type.typeName.type === 'Identifier' ? findType(type.typeName.name, this.#unit) : undefined
        if (declared?.type === 'TSInterfaceDeclaration') return findSignalMember(declared.body.body)
        return declared ? this.#findTypedKey(declared.typeAnnotation, depth + 1) : undefined
      }
      default:
        return undefined
    }
  }
}

function listReads({ references }: Binding): TSESTree.Node[] {
  return references.flatMap(({ identifier, isRead }) => (isRead ? [identifier] : []))
}

function readTarget(value: TSESTree.Node, { bindings }: SourceUnit): Binding | undefined {
  const target = value.type === 'AssignmentPattern' ? value.left : value
  return target.type === 'Identifier' ? bindings.resolve(target) : undefined
}

/** `AbortSignal`, `AbortSignal | undefined`. */
function isSignalType(type: TSESTree.TypeNode | undefined): boolean {
  if (type?.type === 'TSUnionType') return type.types.some((part) => isSignalType(part))
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'AbortSignal'
}

/** `NodeJS.Signals`, a string or a number: a signal of the system. */
function isOtherType(type: TSESTree.TypeNode | undefined): boolean {
  return type !== undefined && type.type !== 'TSAnyKeyword' && type.type !== 'TSUnknownKeyword'
}

function findSignalMember(members: readonly TSESTree.TypeElement[]): string | undefined {
  for (const member of members) {
    if (member.type !== 'TSPropertySignature' || !isSignalType(member.typeAnnotation?.typeAnnotation)) continue
    if (!member.computed && member.key.type === 'Identifier') return member.key.name
  }
  return undefined
}

type NamedType = TSESTree.TSInterfaceDeclaration | TSESTree.TSTypeAliasDeclaration

const types = new WeakMap<SourceUnit, ReadonlyMap<string, NamedType>>()

function findType(name: string, unit: SourceUnit): NamedType | undefined {
  let declared = types.get(unit)
  if (!declared) types.set(unit, (declared = listTypes(unit)))
  return declared.get(name)
}

function listTypes({ program }: SourceUnit): ReadonlyMap<string, NamedType> {
  const declared = new Map<string, NamedType>()
  for (const statement of program.body) {
    const own = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (own?.type === 'TSInterfaceDeclaration' || own?.type === 'TSTypeAliasDeclaration') declared.set(own.id.name, own)
  }
  return declared
}

/** Something is done with it that only an `AbortSignal` can do. */
function isUsedAsSignal(read: TSESTree.Node, unit: SourceUnit): boolean {
  const at = climbWrappers(read)
  const { parent } = at
  if (parent?.type === 'MemberExpression' && parent.object === at) {
    const name = getStaticPropertyName(parent) ?? ''
    if (ASKED.test(name)) return true
    const call = climbWrappers(parent).parent
    const isListening = /^(?:add|remove)EventListener$/.test(name) && call?.type === 'CallExpression'
    return isListening && getStaticString(call.arguments[0]) === 'abort'
  }
  if (parent?.type === 'ArrayExpression')
    return (
      parent.parent.type === 'CallExpression' &&
      getGlobalPath(unit.resolveOrigin(parent.parent.callee)) === 'AbortSignal.any'
    )
  return isAbortOption(at, unit)
}

/** `fetch(url, { signal })`: is it given to a function whose work it ends, and nothing else? */
export function isAbortOption(value: TSESTree.Node, unit: SourceUnit): boolean {
  const { parent } = climbWrappers(value)
  if (parent?.type !== 'Property' || parent.parent.type !== 'ObjectExpression') return false
  if (getStaticPropertyName(parent) !== 'signal') return false
  const call = climbWrappers(parent.parent).parent
  if (call?.type !== 'CallExpression') return false
  const found = unit.resolveOrigin(call.callee)
  if (!found) return false
  if (getGlobalPath(found) === 'fetch' || isExport(found, 'events', 'once')) return true
  return /^(?:fs|fs\/promises|timers\/promises|http|https|undici|node-fetch|axios|got|ky)$/.test(found.module)
}

const PARAM = /@param\s+\{([^}]*)\}\s+\[?([\w$.]+)/g
/** In characters: where the comment in front of a function may begin. */
const MAX_COMMENT = 4000

/** The parameters, and properties of parameters, that the comment in front of a function says to be signals. */
function readDocumented(owner: FunctionNode, { text }: SourceUnit): ReadonlySet<string> {
  const names = new Set<string>()
  let at: TSESTree.Node = owner
  while (at.parent && /^(?:VariableDeclarat|Export|MethodDefinition|Property$)/.test(at.parent.type)) at = at.parent
  const before = text.slice(Math.max(0, at.range[0] - MAX_COMMENT), at.range[0]).trimEnd()
  if (!before.endsWith('*/')) return names
  const comment = before.slice(Math.max(0, before.lastIndexOf('/**')))
  for (const [, type = '', name = ''] of comment.matchAll(PARAM)) if (/\bAbortSignal\b/.test(type)) names.add(name)
  return names
}
