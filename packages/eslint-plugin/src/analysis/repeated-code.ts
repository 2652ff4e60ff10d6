import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, type FunctionNode, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findCandidateUses } from './candidate-calls.ts'
import { isAround } from './kill-timer.ts'
import { findNameOf } from './local-function.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** Code that starts a child each time it runs. */
export interface RepeatedCode {
  /** The loop, or the function. */
  readonly node: TSESTree.Node
  /** The file shows that it runs more than once; else it is only made for that: its parameters say what is started. */
  readonly isShown: boolean
}

const MAX_DEPTH = 6

/** The innermost code around a start that runs more than once, as far as the file tells. */
export function findRepeatedCode(site: SpawnSite, unit: SourceUnit): RepeatedCode | undefined {
  return findShown(site.node, unit, 0) ?? findGeneral(site, unit)
}

function findShown(node: TSESTree.Node, unit: SourceUnit, depth: number): RepeatedCode | undefined {
  const root = getCodeRoot(node)
  for (let at = node.parent; at && at !== root; at = at.parent) {
    if (!/^(?:For\w*|While|DoWhile)Statement$/.test(at.type)) continue
    // what the program itself starts in a row, side by side, it starts once
    if (isFunctionNode(root) || hasAwait(at, unit)) return { node: at, isShown: true }
  }
  if (!isFunctionNode(root) || depth > MAX_DEPTH) return undefined
  const given = climbWrappers(root)
  const { parent } = given
  if (parent?.type === 'NewExpression' || parent?.type === 'CallExpression') {
    if (parent.type === 'CallExpression' && isRepeatingCall(parent, given))
      return isIteration(parent) && !isFunctionNode(getCodeRoot(parent)) ? undefined : { node: root, isShown: true }
    // an executor, a `then`, a timer: once for each time that the code around it runs
    return findShown(parent, unit, depth + 1)
  }
  const name = findNameOf(root)
  const binding = name && unit.bindings.resolve(name)
  if (!binding || binding.isReassigned) return undefined
  const calls: readonly TSESTree.Node[] = [
    ...binding.references.flatMap(({ identifier, isRead }) =>
      isRead && isCallee(identifier) ? [climbWrappers(identifier)] : [],
    ),
    ...listExportCalls(binding, unit),
  ]
  if (calls.length > 1) return { node: root, isShown: true }
  const [only] = calls
  const isInside = only && only.range[0] >= root.range[0] && only.range[1] <= root.range[1]
  if (isInside) return { node: root, isShown: true }
  return only && findShown(only, unit, depth + 1) ? { node: root, isShown: true } : undefined
}

/** `exports.run = run; … (0, exports.run)()`: as compilers write calls of what a module exports. */
function listExportCalls(binding: Binding, unit: SourceUnit): TSESTree.Node[] {
  return binding.references.flatMap(({ identifier }) => {
    const at = climbWrappers(identifier)
    const target = at.parent?.type === 'AssignmentExpression' && at.parent.right === at ? at.parent.left : undefined
    const name =
      target?.type === 'MemberExpression' && isExports(target.object) ? getStaticPropertyName(target) : undefined
    if (name === undefined || !/^[\w$]+$/.test(name)) return []
    return findCandidateUses(name, unit).calls.filter((call) => {
      const callee = call.type === 'CallExpression' ? skipWrappers(call.callee) : undefined
      const called = callee?.type === 'SequenceExpression' ? callee.expressions.at(-1) : callee
      return called?.type === 'MemberExpression' && isExports(called.object)
    })
  })
}

function isExports(node: TSESTree.Node): boolean {
  return node.type === 'Identifier' && node.name === 'exports'
}

const ITERATING = /^(?:forEach|map|flatMap|reduce)$/
const CALLING = /^(?:on|addListener|addEventListener|createServer|setInterval|watch|get|post|put|use)$/

/** Does something inside, not in functions of its own, wait? */
export function hasAwait(loop: TSESTree.Node, { visitorKeys }: SourceUnit): boolean {
  let isFound = false as boolean
  traverse(loop, {
    visitorKeys,
    enter(node) {
      isFound ||= node.type === 'AwaitExpression' || node.type === 'YieldExpression'
      return !isFound && !isFunctionNode(node)
    },
  })
  return isFound
}

/** A listener, a request handler, the callback of an iteration. */
function isRepeatingCall(call: TSESTree.CallExpression, callback: TSESTree.Node): boolean {
  return call.arguments.includes(callback as TSESTree.Expression) && (isIteration(call) || CALLING.test(readName(call)))
}

function isIteration(call: TSESTree.CallExpression): boolean {
  return ITERATING.test(readName(call))
}

function readName({ callee }: TSESTree.CallExpression): string {
  const inner = skipWrappers(callee)
  if (inner.type === 'Identifier') return inner.name
  return inner.type === 'MemberExpression' ? (getStaticPropertyName(inner) ?? '') : ''
}

/** A function that is told what to start, and waits for it, is made to be called again. */
function findGeneral(site: SpawnSite, unit: SourceUnit): RepeatedCode | undefined {
  for (let root: CodeRoot = site.root; isFunctionNode(root); root = getCodeRoot(root)) {
    if (isToldCommand(site, root)) return isCalledOnce(root, unit) ? undefined : { node: root, isShown: false }
  }
  return undefined
}

function isToldCommand({ arguments: { args, command }, unit }: SpawnSite, owner: FunctionNode): boolean {
  const parts = [command, args.is === 'known' ? args.value : undefined]
  return parts.some((part) => part !== undefined && mentionsParameter(part, owner, unit))
}

/** Directly, or by way of variables in the function: `const [command, args] = buildCommand(repo)`. */
function mentionsParameter(
  part: TSESTree.Node,
  owner: FunctionNode,
  unit: SourceUnit,
  seen = new Set<Binding>(),
): boolean {
  let isMentioned = false as boolean
  traverse(part, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      const binding = node.type === 'Identifier' ? unit.bindings.resolve(node) : undefined
      isMentioned ||= binding !== undefined && (isOwnParameter(binding) || isMadeOfParameter(binding))
      return !isMentioned
    },
  })
  return isMentioned

  function isOwnParameter({ kind, root }: Binding): boolean {
    return kind === 'parameter' && root === owner
  }

  function isMadeOfParameter(binding: Binding): boolean {
    const declared = binding.definitions[0]?.node
    if (seen.has(binding) || declared?.type !== 'VariableDeclarator' || !isAround(owner, declared)) return false
    seen.add(binding)
    return binding.references.some(
      ({ writeExpression }) => writeExpression && mentionsParameter(writeExpression, owner, unit, seen),
    )
  }
}

/** The file calls it in one place, and nobody else can. */
function isCalledOnce(owner: FunctionNode, unit: SourceUnit): boolean {
  const name = findNameOf(owner)
  const binding = name && unit.bindings.resolve(name)
  if (!binding || binding.isExported) return false
  const reads = binding.references.filter(({ isRead }) => isRead)
  return reads.length === 0 || (reads.length === 1 && reads.every(({ identifier }) => isCallee(identifier)))
}

function isCallee(identifier: TSESTree.Node): boolean {
  const at = climbWrappers(identifier)
  return at.parent?.type === 'CallExpression' && at.parent.callee === at
}
