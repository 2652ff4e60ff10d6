import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { type FunctionNode, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findArgumentEffect } from './argument-effect.ts'
import { findLocalConstructor, findOwnMethod } from './class-method.ts'
import { type Collection, findCollection, readCollectionArgument, readStoreStep } from './collection.ts'
import {
  type CollectionCall,
  convert,
  ELEMENT,
  isCollectionStep,
  iterate,
  readCollectionCall,
  selectStep,
} from './collection-step.ts'
import type { Obligation } from './contracts.ts'
import { isReachedDynamically } from './dynamic-scope.ts'
import { findStackMethod, isDisposer, isUsing } from './disposal.ts'
import { readEventNames } from './event-names.ts'
import { type FieldUses, findFieldUses } from './field-uses.ts'
import {
  type Discharge,
  type Facet,
  findMemberEffect,
  type HandleUse,
  KILL,
  NOTHING,
  readEscape,
  readListener,
  type Storage,
  type UseKind,
} from './handle-use.ts'
import type { FileFunction } from './imported-function.ts'
import { findLocalFunction, findMappingCall, findResolvedPromise, isResultIgnored } from './local-function.ts'
import { getGlobalPath, isExport } from './module-origin.ts'
import { type ChainMethod, isChainMethod, OUTCOME, readChainCall } from './promise-use.ts'
import type { SourceUnit } from './source-unit.ts'
import { STREAM_NAMES } from './spawn-options.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isEndingWithData } from './stdin-feed.ts'

/** Everything that a file does with one child. */
export interface FollowedHandle {
  readonly uses: readonly HandleUse[]
  /** Expressions that give the child, or one of its streams: tests of them come out true. */
  readonly objects: ReadonlySet<TSESTree.Node>
  /** Reads of `child.pid`, which a child that has started has. */
  readonly pids: ReadonlySet<TSESTree.Node>
  /** Where a function of the file returns it; each of them is an `escape` as well. */
  readonly returns: readonly HandleReturn[]
  /** The variables and parameters of the file that hold it. */
  readonly holders: ReadonlySet<Binding>
  /** Where it goes to code that is not followed from here, and into fields and collections. */
  readonly handOvers: readonly HandOver[]
}

/** A place that gives a held value to a function, a property, a variable of other files, or a caller. */
export interface HandOver {
  readonly to: HandOverTarget
  /** The argument, what is assigned to or defined, the returned expression, the variable's name; else the code that takes the value. */
  readonly node: TSESTree.Node
  readonly held: Held
  /** Whatever becomes of it there is among the uses. */
  readonly isFollowed: boolean
}

export interface HandleReturn {
  readonly owner: FunctionNode
  readonly held: Held
  /** What it is among the uses. */
  readonly use: HandleUse
}

export type HandOverTarget = 'argument' | 'elsewhere' | 'property' | 'return' | 'variable'

/** A value that is a facet of the child, or an object or array of this file that holds one at a property path. */
export interface Held {
  readonly facet: Facet
  readonly path: readonly string[]
  /** What is held is a promise of that; `await` gives it, and everything but `then`, `catch` and `finally` is the error of a program. */
  readonly isPromised?: boolean
}

/** A function of the file that was handed the value, and the call that did it. */
interface Frame {
  readonly callee: FunctionNode
  readonly call: TSESTree.Node
  returned: Held | undefined
}

const MAX_FRAMES = 6
/** An object that comes to hold itself has no longest path, and thousands of assignments in a row no end of the stack. */
const MAX_PATH = 8
const MAX_DEPTH = 300

/** What following may still cost in one file: thousands of sites that share one variable would take their product. */
export interface FollowBudget {
  steps: number
}

/** In 249 files of the corpus the one that takes most takes 215. */
export function createFollowBudget(): FollowBudget {
  return { steps: 50_000 }
}

/** Follows the child that a site starts through the file. Whatever is not understood becomes an `escape`. */
export function followHandle(site: SpawnSite, unit: SourceUnit, budget: FollowBudget): FollowedHandle {
  const follower = new HandleFollower(site, unit, budget)
  const { contract, handedBack, node } = site
  if (handedBack) {
    // what the function has done with the child has happened when the call is over
    const isHere = handedBack.unit.program === unit.program
    for (const use of handedBack.uses) follower.uses.push(isHere ? { ...use, node } : seenFrom(node, use))
    for (const held of handedBack.held) follower.follow(node, { ...held, isPromised: handedBack.isPromise })
  } else if (contract.handle !== 'none') follower.follow(node, { facet: contract.handle, path: [] })
  return follower
}

/** A use in another file, as the call shows it: that somebody listens, but neither where nor with what. */
function seenFrom(call: TSESTree.Node, { discharges, facet, kind, via }: HandleUse): HandleUse {
  return {
    node: call,
    source: call,
    facet,
    kind: kind === 'listen' ? 'observe' : kind,
    discharges,
    ...(via && { via }),
  }
}

/** Follows what an expression of the file gives, where that is a child of another place. */
export function followValue(
  value: TSESTree.Node,
  held: Held,
  site: SpawnSite,
  unit: SourceUnit,
  budget: FollowBudget,
): FollowedHandle {
  const follower = new HandleFollower(site, unit, budget)
  follower.follow(value, held)
  return follower
}

/** Follows what a function does with the child of another place that it is given as its parameter `index`. */
export function followParameter(
  callee: FunctionNode,
  index: number,
  held: Held,
  site: SpawnSite,
  unit: SourceUnit,
  budget: FollowBudget,
): FollowedHandle {
  const follower = new HandleFollower(site, unit, budget)
  follower.followParameter(callee, index, held)
  return follower
}

class HandleFollower implements FollowedHandle {
  readonly uses: HandleUse[] = []
  readonly objects = new Set<TSESTree.Node>()
  readonly pids = new Set<TSESTree.Node>()
  readonly returns: HandleReturn[] = []
  readonly holders = new Set<Binding>()
  readonly handOvers: HandOver[] = []
  readonly #site: SpawnSite
  readonly #home: SourceUnit
  /** The file of the function that is looked into. */
  #unit: SourceUnit
  readonly #budget: FollowBudget
  readonly #seen = new Map<Binding | FieldUses | TSESTree.Node, Set<string>>()
  #frames: Frame[] = []
  #via: Storage | undefined
  #depth = 0

  constructor(site: SpawnSite, unit: SourceUnit, budget: FollowBudget) {
    this.#site = site
    this.#home = unit
    this.#unit = unit
    this.#budget = budget
  }

  /** Follows the value of an expression to where it goes. */
  follow(node: TSESTree.Node, held: Held): void {
    this.#budget.steps -= 1
    if (this.#budget.steps < 0 || this.#depth >= MAX_DEPTH || held.path.length > MAX_PATH) {
      this.#escape(node, held)
      return
    }
    this.#depth += 1
    this.#followOn(node, held)
    this.#depth -= 1
  }

  #followOn(node: TSESTree.Node, held: Held): void {
    if (!this.#isNew(node, held)) return
    const at = climbWrappers(node)
    for (let part: TSESTree.Node | undefined = node; part; part = part === at ? undefined : part.parent)
      this.objects.add(part)
    const { parent } = at
    if (!parent) return
    switch (parent.type) {
      case 'ExpressionStatement':
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
      case 'BinaryExpression':
      case 'TemplateLiteral':
      case 'SwitchStatement':
        return
      case 'UnaryExpression':
        // `void promise` says that it is meant
        if (held.facet === 'promise' && parent.operator === 'void') this.#use(parent, held.facet, 'inspect', OUTCOME)
        return
      case 'AwaitExpression':
        if (held.facet !== 'promise') this.follow(parent, held)
        else if (held.path.length > 0) this.#escape(parent, held)
        else this.#use(parent, held.facet, 'await', OUTCOME)
        return
      case 'VariableDeclarator':
        if (parent.init !== at) return
        if (isUsing(parent)) this.#dispose(parent, held)
        this.#bind(parent.id, held, parent)
        return
      case 'AssignmentExpression':
        this.#followAssignment(parent, at, held)
        return
      case 'AssignmentPattern':
        this.#escape(at, held)
        return
      case 'ConditionalExpression':
        if (parent.test !== at) this.follow(parent, held)
        return
      case 'LogicalExpression':
        // the left side of `&&` is only passed on when it is falsy
        if (parent.right === at || parent.operator !== '&&') this.follow(parent, held)
        return
      case 'SequenceExpression':
        if (parent.expressions.at(-1) === at) this.follow(parent, held)
        return
      case 'MemberExpression':
        if (parent.object === at) this.#followMember(parent, held)
        else this.#escape(at, held)
        return
      case 'CallExpression':
      case 'NewExpression':
        this.#followArgument(parent, at, held)
        return
      case 'ReturnStatement':
      case 'ArrowFunctionExpression':
        this.#followReturn(at, held)
        return
      case 'ForOfStatement':
        if (parent.right === at) this.#followLoop(parent, held)
        return
      case 'ForInStatement':
        // it goes through the names alone
        return
      case 'SpreadElement':
        this.#followSpread(parent, held)
        return
      case 'PropertyDefinition': {
        const field = parent.value === at ? findFieldUses(parent, this.#unit) : undefined
        if (field) this.#followField(field, held, parent)
        else this.#escape(at, held, 'property', parent)
        return
      }
      case 'Property':
        if (parent.value === at && parent.parent.type === 'ObjectExpression') {
          const name = getStaticPropertyName(parent)
          if (name !== undefined) {
            this.follow(parent.parent, { ...held, path: [name, ...held.path] })
            return
          }
        }
        this.#escape(at, held)
        return
      case 'ArrayExpression': {
        const index = parent.elements.indexOf(at as TSESTree.Expression)
        const isFixed = !parent.elements.slice(0, index).some((element) => element?.type === 'SpreadElement')
        this.follow(parent, { ...held, path: [isFixed ? String(index) : ELEMENT, ...held.path] })
        return
      }
      default:
        // yielded, thrown, exported, JSX, and what the language may still get
        this.#escape(at, held)
    }
  }

  #isNew(key: Binding | FieldUses | TSESTree.Node, { facet, path }: Held): boolean {
    // what a function does with its parameter it does at each of its calls
    const calls = this.#frames.map(({ call }) => call.range[0]).join(' ')
    const text = `${facet} ${path.join('.')} ${calls}`
    const seen = this.#seen.get(key)
    if (seen?.has(text)) return false
    if (seen) seen.add(text)
    else this.#seen.set(key, new Set([text]))
    return true
  }

  #use(node: TSESTree.Node, facet: Facet, kind: UseKind, discharges: Discharge, events?: readonly string[]): HandleUse {
    // what a function does with its parameter happens, for the caller, at the call
    const place = this.#frames[0]?.call ?? node
    const via = this.#via
    const own: HandleUse = {
      node: place,
      source: node,
      facet,
      kind,
      discharges,
      ...(events && { events }),
      ...(via && { via }),
    }
    const use = this.#unit === this.#home ? own : seenFrom(place, own)
    this.uses.push(use)
    return use
  }

  #escape(node: TSESTree.Node, held: Held, to: HandOverTarget = 'elsewhere', at: TSESTree.Node = node): HandleUse {
    this.handOvers.push({ to, node: at, held, isFollowed: false })
    return this.#use(node, held.facet, 'escape', readEscape(held.facet))
  }

  /** `child[name]`, read: one of its streams, or how it ended, but no way back to the child. */
  #escapeInPart(node: TSESTree.Node): void {
    for (const stream of STREAM_NAMES) this.#use(node, stream, 'escape', readEscape(stream))
  }

  /** The value is taken apart by, or bound to, a pattern. */
  #bind(pattern: TSESTree.Node, held: Held, at: TSESTree.Node): void {
    switch (pattern.type) {
      case 'Identifier': {
        const binding = this.#unit.bindings.resolve(pattern)
        if (binding) this.#followBinding(binding, held, at)
        else this.#escape(at, held)
        return
      }
      case 'AssignmentPattern':
        this.#bind(pattern.left, held, at)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#escape(at, held)
          else if (!this.#bindPid(property, held)) {
            const next = this.#select(held, getStaticPropertyName(property), property)
            if (next) this.#bind(property.value, next, at)
          }
        }
        return
      case 'ArrayPattern':
        pattern.elements.forEach((element, index) => {
          if (!element) return
          if (element.type === 'RestElement') {
            const path = iterate(held.path)
            if (path) this.#bind(element.argument, { ...held, path: [ELEMENT, ...path] }, at)
            else this.#escape(at, held)
            return
          }
          const next = this.#select(held, String(index), at)
          if (next) this.#bind(element, next, at)
        })
        return
      case 'MemberExpression':
        this.#storeInMember(pattern, at, held)
        return
      default:
        this.#escape(at, held)
    }
  }

  /** The held value below a property that is read by destructuring; records what reading it does otherwise. */
  #select(held: Held, name: string | undefined, at: TSESTree.Node): Held | undefined {
    const [key, ...rest] = held.path
    if (isCollectionStep(key)) {
      const path = selectStep(held.path, name)
      if (!path) this.#escape(at, held)
      return path && path !== 'nothing' ? { ...held, path } : undefined
    }
    if (key !== undefined) {
      if (name === key) return { ...held, path: rest }
      if (name === undefined) this.#escape(at, held)
      return undefined
    }
    if (held.facet === 'promise' && name === 'child') return { facet: 'child', path: [] }
    if (held.facet === 'stdio') {
      const stream = STREAM_NAMES[Number(name)]
      if (stream) return { facet: stream, path: [] }
    }
    const effect = name === undefined ? undefined : findMemberEffect(held.facet, name)
    if (!effect || 'method' in effect) {
      this.#escape(at, held)
      return
    }
    if ('to' in effect) return { facet: effect.to, path: [] }
    // a property that is taken out of the child may be read at any time: the pid by a kill
    this.#use(at, held.facet, effect.kind, effect.kind === 'pid' ? KILL : effect.discharges)
    return undefined
  }

  #followBinding(binding: Binding, held: Held, at: TSESTree.Node): void {
    if (!this.#isNew(binding, held)) return
    if (this.#unit === this.#home) this.holders.add(binding)
    if (binding.isExported) this.#escape(at, held, 'variable', binding.definitions[0]?.name ?? at)
    else if (isReachedDynamically(binding, this.#unit)) this.#escape(at, held)
    for (const { identifier, isRead } of binding.references) {
      // one escape is as good as thousands
      if (this.#budget.steps < 0) break
      if (isRead) this.follow(identifier, held)
    }
    if (this.#budget.steps < 0) this.#escape(at, held)
  }

  #followAssignment(assignment: TSESTree.AssignmentExpression, value: TSESTree.Node, held: Held): void {
    if (assignment.right !== value) {
      // the left side: `child.name = …` is followed as a member, the name alone is written over
      return
    }
    this.#bind(skipWrappers(assignment.left), held, assignment)
    this.follow(assignment, held)
  }

  /** `state.child = spawn(…)`: a field, or an object that is built here, is followed if it is seen whole; any other is out of sight. */
  #storeInMember(target: TSESTree.MemberExpression, at: TSESTree.Node, held: Held): void {
    const field = findFieldUses(target, this.#unit)
    if (field) {
      this.#followField(field, held, target)
      return
    }
    const object = skipWrappers(target.object)
    const name = getStaticPropertyName(target)
    const collection = name === undefined ? findCollection(object, this.#unit) : undefined
    const step = collection && readStoreStep(collection, name)
    if (collection && step !== undefined) {
      this.handOvers.push({ to: 'property', node: target, held, isFollowed: true })
      this.#keep(collection.keeper, { ...held, path: [step, ...held.path] }, at)
      return
    }
    const binding = object.type === 'Identifier' ? this.#unit.bindings.resolve(object) : undefined
    const initial = binding?.definitions[0]?.node
    const isBuiltHere =
      binding &&
      !binding.isReassigned &&
      initial?.type === 'VariableDeclarator' &&
      initial.init &&
      skipWrappers(initial.init).type === 'ObjectExpression'
    if (isBuiltHere && name !== undefined) {
      this.handOvers.push({ to: 'property', node: target, held, isFollowed: true })
      this.#followBinding(binding, { ...held, path: [name, ...held.path] }, at)
    } else this.#escape(at, held, 'property', target)
  }

  /** What other methods do with the child happens whenever they are called. */
  #followField(field: FieldUses, held: Held, at: TSESTree.Node): void {
    this.handOvers.push({ to: 'property', node: at, held, isFollowed: true })
    if (!this.#isNew(field, held)) return
    this.#within('field', () => {
      for (const member of field.members) this.follow(member, held)
      for (const { at, value } of field.patterns) this.#bind(value, held, at)
    })
  }

  /** A collection of this file is followed like a variable; which of its elements is meant, and when, is not known. */
  #keep(keeper: Collection['keeper'], held: Held, at: TSESTree.Node): void {
    if (held.isPromised) {
      this.#escape(at, held)
      return
    }
    this.#within('collection', () => {
      if ('members' in keeper) this.#followField(keeper, held, at)
      else this.#followBinding(keeper, held, at)
    })
  }

  #within(via: Storage, follow: () => void): void {
    const outer = { frames: this.#frames, via: this.#via }
    // in another file it happens, for all that this one can see, at the call
    if (this.#unit === this.#home) this.#frames = []
    this.#via = outer.via === 'collection' ? outer.via : via
    follow()
    this.#frames = outer.frames
    this.#via = outer.via
  }

  #followReturn(value: TSESTree.Node, held: Held): void {
    let owner: TSESTree.Node | undefined = value.parent
    while (owner && !isFunctionNode(owner)) owner = owner.parent
    if (!owner || !isFunctionNode(owner)) {
      this.#escape(value, held)
      return
    }
    const frame = this.#frames.find(({ callee }) => callee === owner)
    const mapping = frame ? undefined : findMappingCall(owner, this.#unit)
    if (frame) frame.returned = held
    else if (mapping) {
      this.#within('collection', () => {
        this.follow(mapping, { ...held, path: [ELEMENT, ...held.path] })
      })
    } else if (!isResultIgnored(owner, this.#unit)) {
      const isOutcome = held.facet === 'promise' && held.path.length === 0
      if (isOutcome) this.handOvers.push({ to: 'return', node: value, held, isFollowed: false })
      const use = isOutcome
        ? this.#use(value, held.facet, 'await', OUTCOME)
        : this.#escape(value, held, 'return', value)
      // what a field keeps was not started by who returns it, nor was this child by a function of another file
      if (!this.#via && this.#unit === this.#home) this.returns.push({ owner, held, use })
    }
  }

  #followLoop(loop: TSESTree.ForOfStatement, held: Held): void {
    const variable = loop.left.type === 'VariableDeclaration' ? loop.left.declarations[0].id : loop.left
    const path = iterate(held.path)
    if (path) {
      this.#bind(variable, { ...held, path }, loop)
      return
    }
    if (held.path.length === 0 && (held.facet === 'stdout' || held.facet === 'stderr')) {
      this.#use(loop.right, held.facet, 'observe', readEscape(held.facet))
      return
    }
    this.#escape(loop.right, held)
  }

  #followMember(member: TSESTree.MemberExpression, held: Held): void {
    const name = getStaticPropertyName(member)
    const outer = climbWrappers(member)
    const isWritten = outer.parent?.type === 'AssignmentExpression' && outer.parent.left === outer
    const call = outer.parent?.type === 'CallExpression' && outer.parent.callee === outer ? outer.parent : undefined
    const [key, ...rest] = held.path
    if (isCollectionStep(key)) {
      if (!isWritten) this.#followElement(member, name, call, held)
      return
    }
    if (key !== undefined) {
      // another property of the object that holds the child; a method of it may use `this`
      if (name === key && !isWritten) this.follow(member, { ...held, path: rest })
      else if (name === undefined || call) this.#escape(outer, held)
      return
    }
    if (isWritten) return
    if (call && this.#isChild(held) && isDisposer(member, this.#unit)) {
      this.#dispose(call, held)
      return
    }
    if (held.facet === 'promise') {
      this.#followPromiseMember(member, name, call)
      return
    }
    if (held.isPromised && isChainMethod(name)) {
      this.#followDelivery(name, outer, call, held)
      return
    }
    if (held.facet === 'stdio') {
      const next = this.#select(held, name, outer)
      if (next) this.follow(member, next)
      return
    }
    const effect = name === undefined ? undefined : findMemberEffect(held.facet, name)
    if (!effect) {
      if (name === undefined && held.facet === 'child' && !call) this.#escapeInPart(outer)
      else this.#escape(outer, held)
      return
    }
    if ('to' in effect) {
      this.follow(member, { facet: effect.to, path: [] })
      return
    }
    if ('kind' in effect) {
      if (effect.kind === 'pid') {
        this.#followPid(member)
        return
      }
      this.#use(outer, held.facet, effect.kind, effect.discharges)
      return
    }
    if (!call) {
      this.#escape(outer, held)
      return
    }
    switch (effect.method) {
      case 'listen':
        this.#listen(call, held.facet)
        break
      case 'pipe':
        this.#pipe(call, held.facet)
        break
      case 'kill':
        this.#use(call, held.facet, 'kill', KILL)
        break
      case 'drain':
        this.#use(call, held.facet, 'drain', new Set([held.facet as Obligation]))
        break
      default:
        if (name === 'end' && isEndingWithData(call, this.#unit)) this.#use(call, held.facet, 'write', NOTHING)
        this.#use(call, held.facet, effect.method, effect.discharges ?? NOTHING)
    }
    if (effect.isFluent) this.follow(call, held)
  }

  /** An element of a collection that is asked for, or a method of the collection. */
  #followElement(
    member: TSESTree.MemberExpression,
    name: string | undefined,
    call: TSESTree.CallExpression | undefined,
    held: Held,
  ): void {
    if (call) {
      const known = name === undefined ? undefined : readCollectionCall(held.path, name, call.arguments.length)
      if (known) this.#followCollectionCall(call, known, held)
      else this.#escape(call, held)
      return
    }
    const path = selectStep(held.path, name)
    if (!path) this.#escape(member, held)
    else if (path !== 'nothing') this.follow(member, { ...held, path })
  }

  #followCollectionCall(call: TSESTree.CallExpression, { callback, result }: CollectionCall, held: Held): void {
    const given = callback && call.arguments[0]
    let returned: Held | undefined
    if (given && getGlobalPath(this.#unit.resolveOrigin(given)) !== 'Boolean') {
      const local = findLocalFunction(given, this.#unit)
      const entered =
        local &&
        this.#enter({ callee: local, unit: this.#unit }, callback.index, { ...held, path: callback.path }, call)
      if (!entered) {
        this.#escape(call, held)
        return
      }
      returned = entered.returned
    }
    if (result === 'returned') {
      if (returned) this.follow(call, { ...returned, path: [ELEMENT, ...returned.path] })
    } else if (result) this.follow(call, { ...held, path: result })
  }

  #followSpread(spread: TSESTree.SpreadElement, held: Held): void {
    const { parent } = spread
    const [step] = held.path
    const path = iterate(held.path)
    if (parent.type === 'ArrayExpression' && path) this.follow(parent, { ...held, path: [ELEMENT, ...path] })
    else if (parent.type === 'ObjectExpression' && step !== undefined && !path) this.follow(parent, held)
    else if (parent.type !== 'CallExpression' || !path || !this.#storeArgument(parent, spread, { ...held, path }))
      this.#escape(spread, held)
  }

  /** `children.push(child)`, `map.set(id, child)`; `children.delete(child)` and the like only look for it. */
  #storeArgument(call: TSESTree.CallExpression, argument: TSESTree.Node, held: Held): boolean {
    const callee = skipWrappers(call.callee)
    const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
    if (callee.type !== 'MemberExpression' || method === undefined || !COLLECTING.test(method)) return false
    const collection = findCollection(callee.object, this.#unit)
    const index = call.arguments.indexOf(argument as TSESTree.CallExpressionArgument)
    const effect = collection && readCollectionArgument(collection, method, index)
    if (!collection || !effect) return false
    if (effect === 'looked for') return true
    const kept = { ...held, path: [effect.step, ...held.path] }
    this.handOvers.push({ to: 'argument', node: argument, held, isFollowed: true })
    this.#keep(collection.keeper, kept, call)
    if (method === 'add' || method === 'set') this.follow(call, kept)
    return true
  }

  /** The value is the child: a process, not the promise of one. */
  #isChild({ facet, isPromised, path }: Held): boolean {
    const isChild = facet === 'child' || (facet === 'promise' && this.#site.contract.isChild)
    return isChild && path.length === 0 && isPromised !== true
  }

  /** A child that is disposed of is killed. */
  #dispose(at: TSESTree.Node, held: Held): void {
    if (this.#isChild(held)) this.#use(at, 'child', 'kill', KILL)
  }

  /** `stack.use(child)`, `stack.adopt(child, (own) => …)`: both give the child again. */
  #handToStack(call: TSESTree.CallExpression, method: 'adopt' | 'use', held: Held): void {
    const callback = call.arguments[1] && findLocalFunction(call.arguments[1], this.#unit)
    const parameter = callback?.params[0]
    if (method === 'use') this.#dispose(call, held)
    else if (!callback || parameter?.type === 'RestElement') this.#escape(call, held)
    else if (parameter) this.#bind(parameter, held, call)
    this.follow(call, held)
  }

  /** `start().then((child) => …)` */
  #followDelivery(
    method: ChainMethod,
    member: TSESTree.Node,
    call: TSESTree.CallExpression | undefined,
    held: Held,
  ): void {
    if (call && method !== 'then') {
      this.follow(call, held)
      return
    }
    const callback = call?.arguments[0] && findLocalFunction(call.arguments[0], this.#unit)
    const parameter = callback?.params[0]
    if (!call || !callback || parameter?.type === 'RestElement') this.#escape(member, held)
    else if (parameter) this.#bind(parameter, { facet: held.facet, path: held.path }, call)
  }

  #listen(call: TSESTree.CallExpression, facet: Facet): void {
    const [event] = call.arguments
    const events = event && readEventNames(event, this.#unit)
    if (!events) {
      this.#use(call, facet, 'listen', readEscape(facet))
      return
    }
    this.#use(call, facet, 'listen', this.#readListeners(facet, events), events)
  }

  #readListeners(facet: Facet, events: readonly string[]): Discharge {
    const together = new Set<Obligation>()
    for (const event of events) {
      const discharges = readListener(facet, event, this.#site.contract.like === 'fork')
      if (discharges === 'all') return 'all'
      for (const obligation of discharges) together.add(obligation)
    }
    return together
  }

  /** The end of the child can be seen at the end of what its output is piped into, unless that outlives it. */
  #pipe(call: TSESTree.CallExpression, facet: Facet): void {
    const [target] = call.arguments
    const found = target && this.#unit.resolveOrigin(target)
    const outlives = isExport(found, 'process', 'stdout') || isExport(found, 'process', 'stderr')
    const discharges =
      outlives && climbWrappers(call).parent?.type === 'ExpressionStatement'
        ? new Set([facet as Obligation])
        : readEscape(facet)
    this.#use(call, facet, 'drain', discharges)
  }

  /** A read of `child.pid`, or of a name that was given it. */
  #followPid(read: TSESTree.Node): void {
    this.pids.add(read)
    let at = climbWrappers(read)
    this.pids.add(at)
    if (at.parent?.type === 'UnaryExpression' && at.parent.operator === '-') at = climbWrappers(at.parent)
    const { parent } = at
    switch (parent?.type) {
      case 'CallExpression': {
        const effect = findArgumentEffect(parent, 'pid', this.#unit)
        this.#use(parent, 'child', effect?.kind ?? 'pid', effect ? effect.discharges : KILL)
        return
      }
      case 'VariableDeclarator':
        if (this.#followPidName(parent.id)) return
        break
      case 'TemplateLiteral':
      case 'BinaryExpression':
      case 'UnaryExpression':
      case 'IfStatement':
      case 'ExpressionStatement':
      case 'LogicalExpression':
      case 'ConditionalExpression':
        this.#use(read, 'child', 'pid', NOTHING)
        return
      default:
    }
    // whoever gets the pid may kill by it, but sees neither events nor output
    this.#use(read, 'child', 'pid', KILL)
  }

  /** `const { pid } = child` */
  #bindPid(property: TSESTree.Property, { facet, path }: Held): boolean {
    return (
      facet === 'child' &&
      path.length === 0 &&
      getStaticPropertyName(property) === 'pid' &&
      this.#followPidName(property.value)
    )
  }

  /** A name that is only ever given this pid. */
  #followPidName(name: TSESTree.Node): boolean {
    const binding = name.type === 'Identifier' ? this.#unit.bindings.resolve(name) : undefined
    if (!binding || binding.isReassigned || binding.isExported || this.#depth >= MAX_DEPTH) return false
    this.#depth += 1
    for (const { identifier, isRead } of binding.references) {
      if (!isRead) continue
      this.#budget.steps -= 1
      if (this.#budget.steps < 0) break
      this.#followPid(identifier)
    }
    this.#depth -= 1
    return this.#budget.steps >= 0
  }

  #followPromiseMember(
    member: TSESTree.MemberExpression,
    name: string | undefined,
    call: TSESTree.CallExpression | undefined,
  ): void {
    // promisified calls have `child`, tinyexec has `process`; execa and zx the streams of the child
    if (name === 'child' || name === 'process') {
      this.follow(member, { facet: 'child', path: [] })
      return
    }
    if (name === 'stdin') {
      this.follow(member, { facet: 'stdin', path: [] })
      return
    }
    const { contract } = this.#site
    if (call && isChainMethod(name)) {
      this.#use(call, 'promise', 'observe', readChainCall(name, call, contract))
      this.follow(call, { facet: 'promise', path: [] })
      return
    }
    if (contract.isChild && name !== undefined && findMemberEffect('child', name)) {
      this.#followMember(member, { facet: 'child', path: [] })
      return
    }
    // zx's modifiers `.quiet()`, `.nothrow()`, and the fields of the promise of execa and its kin
    this.#escape(member, { facet: 'promise', path: [] })
  }

  #followArgument(call: TSESTree.CallExpression | TSESTree.NewExpression, argument: TSESTree.Node, held: Held): void {
    if (call.callee === argument) {
      this.#escape(call, held)
      return
    }
    const index = call.arguments.indexOf(argument as TSESTree.CallExpressionArgument)
    const isAlone = index === 0 && call.arguments.length === 1
    const converted = isAlone && convert(getGlobalPath(this.#unit.resolveOrigin(call.callee)), held.path)
    if (converted) {
      this.follow(call, { ...held, path: converted })
      return
    }
    if (call.type === 'NewExpression') {
      const made = findLocalConstructor(call, this.#unit)
      if (!made || !this.#enter({ callee: made, unit: this.#unit }, index, held, call))
        this.#escape(call, held, 'argument', argument)
      return
    }
    const method = index === 0 && this.#isChild(held) ? findStackMethod(call, this.#unit) : undefined
    if (method) {
      this.#handToStack(call, method, held)
      return
    }
    const effect = findArgumentEffect(call, held.facet, this.#unit, held.path)
    if (effect === 'same' || effect === 'settled') {
      if (effect === 'settled') this.#use(call, 'promise', 'observe', OUTCOME)
      this.follow(call, { facet: 'promise', path: [] })
      return
    }
    if (effect) {
      this.#use(call, held.facet, effect.kind, effect.discharges, effect.events)
      // `source.pipe(child.stdin)` gives `child.stdin` again
      if (effect.kind === 'write') this.follow(call, held)
      return
    }
    const promise = index === 0 ? findResolvedPromise(call, this.#unit) : undefined
    if (promise) {
      this.follow(promise, { ...held, isPromised: held.facet !== 'promise' })
      return
    }
    if (this.#storeArgument(call, argument, held)) return
    const called = this.#findFunction(call.callee)
    const entered = called && this.#enter(called, index, held, call)
    if (!entered) {
      this.#escape(call, held, 'argument', argument)
      return
    }
    this.handOvers.push({ to: 'argument', node: argument, held, isFollowed: true })
    if (entered.returned) this.follow(call, entered.returned)
  }

  /** Follows the value into a parameter of a function that `call` runs; `undefined` where that goes too far. */
  #enter({ callee, unit }: FileFunction, index: number, held: Held, call: TSESTree.Node): Frame | undefined {
    const parameter = callee.params[index]
    const isTooDeep = this.#frames.length >= MAX_FRAMES || this.#frames.some((frame) => frame.callee === callee)
    const isOwned = index >= 0 && !callee.params.slice(0, index + 1).some(({ type }) => type === 'RestElement')
    if (isTooDeep || !isOwned) return undefined
    const frame: Frame = { callee, call, returned: undefined }
    const caller = this.#unit
    this.#frames.push(frame)
    this.#unit = unit
    if (parameter) this.#bindParameter(parameter, held, call)
    this.#unit = caller
    this.#frames.pop()
    return frame
  }

  #bindParameter(parameter: TSESTree.Parameter, held: Held, at: TSESTree.Node): void {
    if (parameter.type === 'TSParameterProperty') {
      const field = findFieldUses(parameter, this.#unit)
      if (field) this.#followField(field, held, parameter)
      else this.#escape(at, held, 'property', parameter)
      this.#bind(parameter.parameter, held, at)
    } else this.#bind(parameter, held, at)
  }

  /** The value comes from a caller in another file. */
  followParameter(callee: FunctionNode, index: number, held: Held): void {
    const parameter = callee.params[index]
    if (parameter) this.#bindParameter(parameter, held, callee)
    else if (callee.params.at(-1)?.type === 'RestElement') this.#escape(callee, held)
  }

  /** A function of this file, or of one that it imports. */
  #findFunction(callee: TSESTree.Node): FileFunction | undefined {
    const unit = this.#unit
    const local = findLocalFunction(callee, unit) ?? findOwnMethod(callee, unit)
    return local ? { callee: local, unit } : unit.imported.find(callee, unit)
  }
}

/** Methods by which a collection gets a value, or is asked for it. */
const COLLECTING = /^(?:add|delete|get|has|includes|indexOf|lastIndexOf|push|set|splice|unshift)$/
