import type { TSESTree } from '@typescript-eslint/utils'
import type { FlowBuilder, Step } from './flow-builder.ts'
import { lowerExpression } from './lower-expression.ts'

/** What an assignment evaluates of its target before the right side: object and computed key of a member. */
export function* lowerAssignmentTarget(builder: FlowBuilder, target: TSESTree.Node): Step {
  if (target.type !== 'MemberExpression') return
  yield lowerExpression(builder, target.object)
  if (target.computed) yield lowerExpression(builder, target.property)
}

/** Distributes a value that has just been evaluated over a pattern, left to right. */
export function* lowerPatternTo(builder: FlowBuilder, pattern: TSESTree.Node | null): Step {
  switch (pattern?.type) {
    case undefined:
      return
    case 'Identifier':
      builder.point(pattern, 'bind')
      return
    case 'ArrayPattern':
      for (const element of pattern.elements) yield lowerPatternTo(builder, element)
      return
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') yield lowerPatternTo(builder, property)
        else {
          if (property.computed) yield lowerExpression(builder, property.key)
          yield lowerPatternTo(builder, property.value)
        }
      }
      return
    case 'RestElement':
      yield lowerPatternTo(builder, pattern.argument)
      return
    case 'AssignmentPattern': {
      const fallback = builder.newBlock()
      const end = builder.newBlock()
      builder.branch(end, { test: pattern, condition: 'defined', holds: true })
      builder.branch(fallback, { test: pattern, condition: 'defined', holds: false })
      builder.start(fallback)
      yield lowerExpression(builder, pattern.right)
      builder.goto(end)
      builder.start(end)
      yield lowerPatternTo(builder, pattern.left)
      return
    }
    case 'TSParameterProperty':
      yield lowerPatternTo(builder, pattern.parameter)
      return
    case 'MemberExpression':
      yield lowerAssignmentTarget(builder, pattern)
      builder.point(pattern)
      return
    default:
      yield lowerExpression(builder, pattern)
  }
}
