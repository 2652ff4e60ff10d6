import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeRoot } from '../ast/function-node.ts'
import { FlowBuilder, type Step } from './flow-builder.ts'
import type { FlowGraph } from './flow-graph.ts'
import { lowerExpression } from './lower-expression.ts'
import { lowerPatternTo } from './lower-pattern.ts'
import { lowerStatement } from './lower-statement.ts'

/** Builds the control-flow graph of a function, program, static block or field initialiser; linear in its size. */
export function buildFlowGraph(root: CodeRoot): FlowGraph {
  const builder = new FlowBuilder()
  const entry = builder.current
  builder.run(lowerRoot(builder, root))
  return builder.finish(root, entry)
}

function* lowerRoot(builder: FlowBuilder, root: CodeRoot): Step {
  switch (root.type) {
    case 'Program':
    case 'StaticBlock':
      yield lowerStatement(builder, root)
      break
    case 'PropertyDefinition':
    case 'AccessorProperty':
      yield lowerExpression(builder, root.value)
      break
    default:
      for (const param of root.params) if (!isThisType(param)) yield lowerPatternTo(builder, param)
      if (root.body?.type === 'BlockStatement') yield lowerStatement(builder, root.body)
      else {
        yield lowerExpression(builder, root.body)
        builder.jumpToReturn()
        return
      }
  }
  builder.goto(builder.exits.end)
}

/** `function f(this: T)` declares a type, no parameter. */
function isThisType(param: TSESTree.Parameter): boolean {
  return param.type === 'Identifier' && param.name === 'this'
}
