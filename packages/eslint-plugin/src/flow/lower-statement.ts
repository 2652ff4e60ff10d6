import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive } from '../ast/static-value.ts'
import type { Finalizer, FlowBuilder, Step } from './flow-builder.ts'
import type { FlowBlock } from './flow-graph.ts'
import { lowerCondition, lowerExpression, lowerInto } from './lower-expression.ts'
import { lowerPatternTo } from './lower-pattern.ts'

export function* lowerStatements(builder: FlowBuilder, statements: readonly TSESTree.Node[]): Step {
  hoistFunctions(builder, statements)
  const disposals: Finalizer[] = []
  for (const statement of statements) {
    yield lowerStatement(builder, statement)
    if (isUsing(statement)) disposals.push(enterDisposal(builder, statement))
  }
  for (const disposal of disposals.reverse()) yield builder.leaveFinalizer(disposal)
}

function hoistFunctions(builder: FlowBuilder, statements: readonly TSESTree.Node[]): void {
  for (const statement of statements) {
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
    const declaration = isExport ? statement.declaration : statement
    if (declaration?.type === 'FunctionDeclaration') builder.point(declaration)
  }
}

function isUsing(node: TSESTree.Node): node is TSESTree.VariableDeclaration {
  return node.type === 'VariableDeclaration' && (node.kind === 'using' || node.kind === 'await using')
}

/** The end of the scope disposes on every way out, but it does not make an exception any more expected. */
function enterDisposal(builder: FlowBuilder, declaration: TSESTree.VariableDeclaration): Finalizer {
  const kind = declaration.kind === 'await using' ? 'suspend' : 'dispose'
  // eslint-disable-next-line require-yield -- a finalizer is a generator, this one lowers nothing
  const disposal = builder.enterFinalizer(function* () {
    builder.point(declaration, kind)
  }, false)
  builder.start(startBlock(builder))
  return disposal
}

function startBlock(builder: FlowBuilder): FlowBlock {
  const next = builder.newBlock()
  builder.goto(next)
  return next
}

/** Lowers a statement, or an expression where an unknown parent leaves open which of the two it holds. */
export function* lowerStatement(builder: FlowBuilder, node: TSESTree.Node): Step {
  switch (node.type) {
    case 'ExpressionStatement':
    case 'TSExportAssignment':
      yield lowerExpression(builder, node.expression)
      return
    case 'VariableDeclaration':
      yield lowerDeclaration(builder, node)
      return
    case 'BlockStatement':
    case 'StaticBlock':
    case 'Program':
    case 'TSModuleBlock':
      yield lowerStatements(builder, node.body)
      return
    case 'IfStatement': {
      const consequent = builder.newBlock()
      const alternate = node.alternate ? builder.newBlock() : undefined
      const end = builder.newBlock()
      yield lowerCondition(builder, node.test, consequent, alternate ?? end)
      builder.start(consequent)
      yield lowerStatement(builder, node.consequent)
      builder.goto(end)
      if (alternate && node.alternate) {
        builder.start(alternate)
        yield lowerStatement(builder, node.alternate)
        builder.goto(end)
      }
      builder.start(end)
      return
    }
    case 'ReturnStatement':
      yield lowerExpression(builder, node.argument)
      builder.point(node)
      builder.jumpToReturn()
      return
    case 'ThrowStatement':
      yield lowerExpression(builder, node.argument)
      builder.point(node)
      builder.jumpToHandler()
      return
    case 'BreakStatement':
    case 'ContinueStatement':
      builder.jump(node.type === 'BreakStatement' ? 'break' : 'continue', node.label?.name)
      return
    case 'LabeledStatement':
      yield lowerLabeled(builder, node)
      return
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      yield lowerLoop(builder, node)
      return
    case 'ForInStatement':
    case 'ForOfStatement':
      yield lowerIteration(builder, node)
      return
    case 'SwitchStatement':
      yield lowerSwitch(builder, node)
      return
    case 'TryStatement':
      yield lowerTry(builder, node)
      return
    case 'WithStatement':
      yield lowerExpression(builder, node.object)
      yield lowerStatement(builder, node.body)
      return
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      if (node.declaration) yield lowerStatement(builder, node.declaration)
      return
    case 'TSEnumDeclaration':
      if (node.declare) return
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- parsers before typescript-eslint 8 have no body here
      for (const member of node.body?.members ?? node.members) yield lowerExpression(builder, member.initializer)
      builder.point(node)
      return
    case 'TSModuleDeclaration':
      if (!node.declare && node.body) yield lowerStatement(builder, node.body)
      return
    case 'TSImportEqualsDeclaration':
      builder.point(node)
      return
    case 'FunctionDeclaration':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return
    default:
      yield lowerExpression(builder, node)
  }
}

function* lowerDeclaration(builder: FlowBuilder, node: TSESTree.VariableDeclaration): Step {
  if (node.declare) return
  for (const { id, init } of node.declarations) {
    if (id.type === 'Identifier') {
      if (init) yield lowerInto(builder, id, init)
      else if (node.kind !== 'var') builder.point(id, 'bind')
    } else {
      yield lowerExpression(builder, init)
      yield lowerPatternTo(builder, id)
    }
  }
}

function* lowerLabeled(builder: FlowBuilder, node: TSESTree.LabeledStatement): Step {
  builder.pendingLabels.push(node.label.name)
  switch (node.body.type) {
    case 'LabeledStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      yield lowerStatement(builder, node.body)
      return
  }
  const end = builder.newBlock()
  builder.enterTarget({ breakTo: end, labels: builder.takeLabels(), isUnlabelled: false })
  yield lowerStatement(builder, node.body)
  builder.leaveTarget()
  builder.goto(end)
  builder.start(end)
}

function* lowerLoop(
  builder: FlowBuilder,
  node: TSESTree.DoWhileStatement | TSESTree.ForStatement | TSESTree.WhileStatement,
): Step {
  const labels = builder.takeLabels()
  if (node.type === 'ForStatement' && node.init) yield lowerStatement(builder, node.init)
  // `for (using x = …; …; …)` is disposed when the loop is over
  const disposal = node.type === 'ForStatement' && node.init && isUsing(node.init) && enterDisposal(builder, node.init)
  const head = startBlock(builder)
  const { suspensions } = builder
  if (node.type !== 'ForStatement') builder.markLoopHead(head)
  const end = builder.newBlock()
  const next = node.type === 'WhileStatement' ? head : builder.newBlock()
  builder.start(head)
  if (node.type !== 'DoWhileStatement' && node.test) {
    const body = builder.newBlock()
    yield lowerCondition(builder, node.test, body, end)
    builder.start(body)
  }
  builder.enterTarget({ breakTo: end, continueTo: next, labels, isUnlabelled: true })
  yield lowerStatement(builder, node.body)
  builder.leaveTarget()
  builder.goto(next)
  if (node.type === 'DoWhileStatement') {
    builder.start(next)
    yield lowerCondition(builder, node.test, head, end)
  } else if (node.type === 'ForStatement') {
    builder.start(next)
    yield lowerExpression(builder, node.update)
    // a written number of rounds that nothing else runs between makes no round in which anything else could have changed
    if (!isCounted(node) || builder.suspensions > suspensions) builder.markLoopHead(head)
    builder.goto(head)
  }
  builder.start(end)
  if (disposal) yield builder.leaveFinalizer(disposal)
}

/** `for (let i = 0; i < 3; i++)` */
function isCounted({ init, test, update }: TSESTree.ForStatement): boolean {
  const counter = init?.type === 'VariableDeclaration' ? init.declarations[0] : undefined
  if (counter?.id.type !== 'Identifier' || !counter.init || test?.type !== 'BinaryExpression') return false
  const { name } = counter.id
  const isCounter = (node: TSESTree.Node): boolean => node.type === 'Identifier' && node.name === name
  const isNumber = (node: TSESTree.Node): boolean => typeof getStaticPrimitive(node)?.value === 'number'
  return (
    isNumber(counter.init) &&
    isCounter(test.left) &&
    isNumber(test.right) &&
    update?.type === 'UpdateExpression' &&
    isCounter(update.argument)
  )
}

function* lowerIteration(builder: FlowBuilder, node: TSESTree.ForInStatement | TSESTree.ForOfStatement): Step {
  const labels = builder.takeLabels()
  const kind = node.type === 'ForOfStatement' && node.await ? 'suspend' : 'evaluate'
  yield lowerExpression(builder, node.right)
  const body = builder.newBlock()
  const next = builder.newBlock()
  const end = builder.newBlock()
  builder.point(node, kind)
  builder.branch(body, { test: node, condition: 'entered', holds: true })
  if (!hasElements(node)) builder.branch(end, { test: node, condition: 'entered', holds: false })
  // a list that is written out makes no round in which anything else could have changed
  if (!isListed(node)) builder.markLoopHead(body)
  builder.start(next)
  builder.point(node, kind)
  builder.branch(body, { test: node, condition: 'continued', holds: true })
  builder.branch(end, { test: node, condition: 'continued', holds: false })
  builder.start(body)
  builder.enterTarget({ breakTo: end, continueTo: next, labels, isUnlabelled: true })
  const { left } = node
  const declaration = left.type === 'VariableDeclaration' ? left : undefined
  yield lowerPatternTo(builder, declaration ? (declaration.declarations[0]?.id ?? null) : skipWrappers(left))
  const disposal = declaration && isUsing(declaration) && enterDisposal(builder, declaration)
  yield lowerStatement(builder, node.body)
  if (disposal) yield builder.leaveFinalizer(disposal)
  builder.leaveTarget()
  builder.goto(next)
  builder.start(end)
}

function hasElements(node: TSESTree.ForInStatement | TSESTree.ForOfStatement): boolean {
  return readList(node)?.elements.some((element) => element?.type !== 'SpreadElement') ?? false
}

function isListed(node: TSESTree.ForInStatement | TSESTree.ForOfStatement): boolean {
  const isAwaited = node.type === 'ForOfStatement' && node.await
  return !isAwaited && (readList(node)?.elements.every((element) => element?.type !== 'SpreadElement') ?? false)
}

function readList({
  right,
  type,
}: TSESTree.ForInStatement | TSESTree.ForOfStatement): TSESTree.ArrayExpression | undefined {
  const list = skipWrappers(right)
  return type === 'ForOfStatement' && list.type === 'ArrayExpression' ? list : undefined
}

function* lowerSwitch(builder: FlowBuilder, node: TSESTree.SwitchStatement): Step {
  const { cases, discriminant } = node
  const isTrue = getStaticPrimitive(discriminant)?.value === true
  yield lowerExpression(builder, discriminant)
  for (const { consequent } of cases) hoistFunctions(builder, consequent)
  const end = builder.newBlock()
  const bodies = cases.map(() => builder.newBlock())
  let fallback = end
  for (const [index, { test }] of cases.entries()) {
    const body = bodies[index]!
    if (!test) {
      fallback = body
      continue
    }
    const next = builder.newBlock()
    if (isTrue) yield lowerCondition(builder, test, body, next)
    else {
      yield lowerExpression(builder, test)
      builder.branch(body, { test, condition: 'equals', holds: true, subject: discriminant })
      builder.branch(next, { test, condition: 'equals', holds: false, subject: discriminant })
    }
    builder.start(next)
  }
  builder.goto(fallback)
  builder.enterTarget({ breakTo: end, labels: [], isUnlabelled: true })
  for (const [index, { consequent }] of cases.entries()) {
    builder.start(bodies[index]!)
    for (const statement of consequent) yield lowerStatement(builder, statement)
    builder.goto(bodies[index + 1] ?? end)
  }
  builder.leaveTarget()
  builder.start(end)
}

function* lowerTry(builder: FlowBuilder, node: TSESTree.TryStatement): Step {
  const { block, finalizer: last, handler: clause } = node
  const finalizer = last ? builder.enterFinalizer(() => lowerStatement(builder, last), true) : undefined
  const end = finalizer ? undefined : builder.newBlock()
  const { handler, isGuarded } = builder
  const caught = clause ? builder.newBlock() : undefined
  if (caught) {
    builder.handler = caught
    builder.isGuarded = true
  }
  builder.start(startBlock(builder))
  yield lowerStatement(builder, block)
  builder.handler = handler
  builder.isGuarded = isGuarded
  if (caught && clause) {
    const join = end ?? builder.newBlock()
    builder.goto(join)
    builder.start(caught)
    if (clause.param) yield lowerPatternTo(builder, clause.param)
    yield lowerStatement(builder, clause.body)
    builder.goto(join)
    builder.start(join)
  }
  if (finalizer) yield builder.leaveFinalizer(finalizer)
}
