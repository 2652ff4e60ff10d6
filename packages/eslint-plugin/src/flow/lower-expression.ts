import type { TSESTree } from '@typescript-eslint/utils'
import { getChildNodes } from '../ast/child-nodes.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive } from '../ast/static-value.ts'
import type { FlowBuilder, Step } from './flow-builder.ts'
import type { FlowBlock } from './flow-graph.ts'
import { lowerAssignmentTarget, lowerPatternTo } from './lower-pattern.ts'
import { lowerStatement } from './lower-statement.ts'

/** Lowers an expression for its value. Leaves are done at once, without a step of their own. */
export function lowerExpression(builder: FlowBuilder, node: TSESTree.Node | null | undefined): Step | undefined {
  switch (node?.type as string | undefined) {
    case undefined:
    case 'Literal':
    case 'TemplateElement':
    case 'PrivateIdentifier':
    case 'JSXText':
    case 'JSXEmptyExpression':
    case 'JSXIdentifier':
    case 'JSXNamespacedName':
      return undefined
    case 'Identifier':
    case 'ThisExpression':
    case 'Super':
    case 'MetaProperty':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      builder.point(node!)
      return undefined
    default:
      return lowerPlain(builder, node!) ? undefined : lowerCompound(builder, node!)
  }
}

const MAX_PLAIN_MEMBERS = 4

/** Most expressions are names, their members, and calls of these with names and literals: they need no steps either. */
function lowerPlain(builder: FlowBuilder, node: TSESTree.Node): boolean {
  if (node.type === 'MemberExpression') return lowerPlainName(builder, node)
  if (node.type !== 'CallExpression' || node.optional || !node.arguments.every(isLeaf)) return false
  if (!lowerPlainName(builder, node.callee)) return false
  for (const argument of node.arguments) lowerExpression(builder, argument)
  builder.point(node)
  return true
}

/** `a`, `this.a.b` */
function lowerPlainName(builder: FlowBuilder, node: TSESTree.Node): boolean {
  const members: TSESTree.Node[] = []
  let at = node
  for (; at.type === 'MemberExpression'; at = at.object) {
    if (at.computed || at.optional || members.length >= MAX_PLAIN_MEMBERS) return false
    members.push(at)
  }
  if (at.type !== 'Identifier' && at.type !== 'ThisExpression') return false
  builder.point(at)
  for (const member of members.reverse()) builder.point(member)
  return true
}

function isLeaf({ type }: TSESTree.Node): boolean {
  return (
    type === 'Identifier' || type === 'Literal' || type === 'ArrowFunctionExpression' || type === 'FunctionExpression'
  )
}

function* lowerCompound(builder: FlowBuilder, node: TSESTree.Node): Step {
  switch (node.type) {
    case 'AwaitExpression':
      yield lowerExpression(builder, node.argument)
      builder.point(node, 'suspend')
      return
    case 'YieldExpression': {
      yield lowerExpression(builder, node.argument)
      builder.point(node, 'suspend')
      const next = builder.newBlock()
      builder.abandon()
      builder.goto(next)
      builder.start(next)
      return
    }
    case 'CallExpression':
      yield lowerExpression(builder, node.callee)
      if (node.optional) leaveChainIfNullish(builder, node.callee)
      for (const argument of node.arguments) yield lowerExpression(builder, argument)
      break
    case 'NewExpression':
      yield lowerExpression(builder, node.callee)
      for (const argument of node.arguments) yield lowerExpression(builder, argument)
      break
    case 'MemberExpression':
      yield lowerExpression(builder, node.object)
      if (node.optional) leaveChainIfNullish(builder, node.object)
      if (node.computed) yield lowerExpression(builder, node.property)
      break
    case 'ChainExpression': {
      const outer = builder.chainExit
      const end = builder.newBlock()
      builder.chainExit = end
      yield lowerExpression(builder, node.expression)
      builder.goto(end)
      builder.start(end)
      builder.chainExit = outer
      break
    }
    case 'AssignmentExpression':
      yield lowerAssignment(builder, node)
      return
    case 'UpdateExpression':
      yield lowerExpression(builder, node.argument)
      bindIdentifier(builder, node.argument)
      break
    case 'LogicalExpression':
    case 'ConditionalExpression':
      yield lowerChoice(builder, node, undefined)
      return
    case 'UnaryExpression':
      yield lowerExpression(builder, node.argument)
      break
    case 'SequenceExpression':
      for (const expression of node.expressions) yield lowerExpression(builder, expression)
      break
    case 'TaggedTemplateExpression':
      yield lowerExpression(builder, node.tag)
      for (const expression of node.quasi.expressions) yield lowerExpression(builder, expression)
      break
    case 'TemplateLiteral':
      for (const expression of node.expressions) yield lowerExpression(builder, expression)
      break
    case 'ArrayExpression':
      for (const element of node.elements) yield lowerExpression(builder, element)
      break
    case 'ObjectExpression':
      for (const property of node.properties) {
        if (property.type === 'Property') {
          if (property.computed) yield lowerExpression(builder, property.key)
          yield lowerExpression(builder, property.value)
        } else yield lowerExpression(builder, property)
      }
      break
    case 'ClassExpression':
    case 'ClassDeclaration':
      yield lowerClass(builder, node)
      return
    case 'JSXElement':
      yield lowerExpression(builder, node.openingElement.name)
      for (const attribute of node.openingElement.attributes) {
        yield lowerExpression(builder, attribute.type === 'JSXAttribute' ? attribute.value : attribute.argument)
      }
      for (const child of node.children) yield lowerExpression(builder, child)
      break
    case 'JSXFragment':
      for (const child of node.children) yield lowerExpression(builder, child)
      break
    case 'JSXExpressionContainer':
    case 'JSXSpreadChild':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
    case 'Decorator':
      yield lowerExpression(builder, node.expression)
      break
    case 'JSXMemberExpression':
      return
    case 'ImportExpression':
      yield lowerExpression(builder, node.source)
      yield lowerExpression(builder, node.options)
      break
    case 'ArrayPattern':
    case 'ObjectPattern':
    case 'AssignmentPattern':
    case 'RestElement':
      yield lowerPatternTo(builder, node)
      return
    default:
      // Types have no value; anything else that is not listed (a proposal, another parser's node) is taken to evaluate
      // its children in the order of its keys, and then itself.
      if (node.type.startsWith('TS')) return
      for (const child of getChildNodes(node)) yield lowerStatement(builder, child)
  }
  builder.point(node)
}

function leaveChainIfNullish(builder: FlowBuilder, test: TSESTree.Node): void {
  const next = builder.newBlock()
  const exit = builder.chainExit ?? next
  builder.branch(next, { test, condition: 'nonNullish', holds: true })
  builder.branch(exit, { test, condition: 'nonNullish', holds: false })
  builder.start(next)
}

function bindIdentifier(builder: FlowBuilder, target: TSESTree.Node, value?: TSESTree.Node): void {
  const inner = skipWrappers(target)
  if (inner.type === 'Identifier') builder.point(inner, 'bind', value)
}

function* lowerAssignment(builder: FlowBuilder, node: TSESTree.AssignmentExpression): Step {
  const { left, operator, right } = node
  const target = skipWrappers(left)
  if (operator === '=') {
    yield lowerAssignmentTarget(builder, target)
    if (target.type === 'Identifier') {
      yield lowerInto(builder, target, right)
      builder.point(node)
    } else {
      yield lowerExpression(builder, right)
      if (target.type === 'ArrayPattern' || target.type === 'ObjectPattern') yield lowerPatternTo(builder, target)
      builder.point(node, 'evaluate', target.type === 'MemberExpression' ? right : undefined)
    }
    return
  }
  yield lowerExpression(builder, left)
  const end = builder.newBlock()
  if (operator === '&&=' || operator === '||=' || operator === '??=') {
    const assign = builder.newBlock()
    const condition = operator === '??=' ? 'nonNullish' : 'truthy'
    builder.branch(assign, { test: left, condition, holds: operator === '&&=' })
    builder.branch(end, { test: left, condition, holds: operator !== '&&=' })
    builder.start(assign)
    if (target.type === 'Identifier') yield lowerInto(builder, target, right)
    else yield lowerExpression(builder, right)
  } else {
    yield lowerExpression(builder, right)
    bindIdentifier(builder, target)
  }
  builder.goto(end)
  builder.start(end)
  builder.point(node, 'evaluate')
}

/** Lowers `value` and binds it to `target`: once on each way to it, so that a fact about the value stays on its way. */
export function* lowerInto(builder: FlowBuilder, target: TSESTree.Identifier, value: TSESTree.Node): Step {
  if (value.type === 'ConditionalExpression' || value.type === 'LogicalExpression') {
    yield lowerChoice(builder, value, target)
  } else {
    yield lowerExpression(builder, value)
    builder.point(target, 'bind', value)
  }
}

/** `a ? b : c`, `a && b`, `a || b`, `a ?? b` for their value, which goes into `target` when there is one. */
function* lowerChoice(
  builder: FlowBuilder,
  node: TSESTree.ConditionalExpression | TSESTree.LogicalExpression,
  target: TSESTree.Identifier | undefined,
): Step {
  const end = builder.newBlock()
  const arm = (block: FlowBlock, value: TSESTree.Node): Step =>
    (function* () {
      builder.start(block)
      if (target) yield lowerInto(builder, target, value)
      else yield lowerExpression(builder, value)
      builder.goto(end)
    })()
  if (node.type === 'ConditionalExpression') {
    const consequent = builder.newBlock()
    const alternate = builder.newBlock()
    yield lowerCondition(builder, node.test, consequent, alternate)
    yield arm(consequent, node.consequent)
    yield arm(alternate, node.alternate)
  } else {
    const right = builder.newBlock()
    const short = builder.newBlock()
    if (node.operator === '&&') yield lowerCondition(builder, node.left, right, short)
    else if (node.operator === '||') yield lowerCondition(builder, node.left, short, right)
    else yield lowerNullishTest(builder, node.left, short, right)
    builder.start(short)
    if (target) builder.point(target, 'bind')
    builder.goto(end)
    yield arm(right, node.right)
  }
  builder.start(end)
  builder.point(node)
}

/** Lowers `node` and branches on whether it is nullish; a short-circuited chain is. */
function* lowerNullishTest(builder: FlowBuilder, node: TSESTree.Node, present: FlowBlock, nullish: FlowBlock): Step {
  if (node.type === 'ChainExpression') {
    const outer = builder.chainExit
    builder.chainExit = nullish
    yield lowerExpression(builder, node.expression)
    builder.chainExit = outer
  } else yield lowerExpression(builder, node)
  builder.branch(present, { test: node, condition: 'nonNullish', holds: true })
  builder.branch(nullish, { test: node, condition: 'nonNullish', holds: false })
}

/** Lowers `node` as a test: operators become branches, and each edge names the operand that it depends on. */
export function* lowerCondition(
  builder: FlowBuilder,
  node: TSESTree.Node,
  whenTrue: FlowBlock,
  whenFalse: FlowBlock,
): Step {
  switch (node.type as string) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      yield lowerCondition(builder, (node as TSESTree.TSAsExpression).expression, whenTrue, whenFalse)
      return
  }
  switch (node.type) {
    case 'UnaryExpression':
      if (node.operator !== '!') break
      yield lowerCondition(builder, node.argument, whenFalse, whenTrue)
      return
    case 'LogicalExpression': {
      const right = builder.newBlock()
      if (node.operator === '&&') yield lowerCondition(builder, node.left, right, whenFalse)
      else if (node.operator === '||') yield lowerCondition(builder, node.left, whenTrue, right)
      else {
        const present = builder.newBlock()
        yield lowerNullishTest(builder, node.left, present, right)
        builder.start(present)
        branchOn(builder, node.left, whenTrue, whenFalse)
      }
      builder.start(right)
      yield lowerCondition(builder, node.right, whenTrue, whenFalse)
      return
    }
    case 'ConditionalExpression': {
      const consequent = builder.newBlock()
      const alternate = builder.newBlock()
      yield lowerCondition(builder, node.test, consequent, alternate)
      builder.start(consequent)
      yield lowerCondition(builder, node.consequent, whenTrue, whenFalse)
      builder.start(alternate)
      yield lowerCondition(builder, node.alternate, whenTrue, whenFalse)
      return
    }
    case 'SequenceExpression': {
      for (const expression of node.expressions.slice(0, -1)) yield lowerExpression(builder, expression)
      const last = node.expressions.at(-1)
      if (last) yield lowerCondition(builder, last, whenTrue, whenFalse)
      return
    }
    case 'ChainExpression': {
      const outer = builder.chainExit
      builder.chainExit = whenFalse
      yield lowerExpression(builder, node.expression)
      builder.chainExit = outer
      branchOn(builder, node, whenTrue, whenFalse)
      return
    }
    case 'CallExpression': {
      const [only] = node.arguments
      const isBoolean =
        node.callee.type === 'Identifier' && node.callee.name === 'Boolean' && node.arguments.length === 1
      if (!isBoolean || !only || only.type === 'SpreadElement') break
      yield lowerCondition(builder, only, whenTrue, whenFalse)
      return
    }
  }
  const known = getStaticPrimitive(node)
  if (known && node.type !== 'Identifier') {
    builder.goto(known.value ? whenTrue : whenFalse)
    return
  }
  yield lowerExpression(builder, node)
  branchOn(builder, node, whenTrue, whenFalse)
}

function branchOn(builder: FlowBuilder, test: TSESTree.Node, whenTrue: FlowBlock, whenFalse: FlowBlock): void {
  builder.branch(whenTrue, { test, condition: 'truthy', holds: true })
  builder.branch(whenFalse, { test, condition: 'truthy', holds: false })
}

/** Heritage, computed keys and decorators run where the class stands; bodies of methods, fields and blocks do not. */
function* lowerClass(builder: FlowBuilder, node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): Step {
  for (const decorator of node.decorators ?? []) yield lowerExpression(builder, decorator)
  yield lowerExpression(builder, node.superClass)
  for (const member of node.body.body) {
    if (!('key' in member)) continue
    for (const decorator of member.decorators ?? []) yield lowerExpression(builder, decorator)
    if (member.computed) yield lowerExpression(builder, member.key)
  }
  builder.point(node)
}
