import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPrimitive, getStaticPropertyName, type StaticPrimitive } from '../ast/static-value.ts'
import type { FlowTest } from '../flow/flow-graph.ts'
import { findEnclosingTruth } from './enclosing-test.ts'
import { findInitialValue } from './known-value.ts'
import type { SourceUnit } from './source-unit.ts'

/** A primitive, or some object. */
export type AssumedValue = { readonly is: 'object' } | { readonly is: 'primitive'; readonly value: StaticPrimitive }

/** What is taken for given while code is read: parameters, and properties by their name. */
export interface Assumptions {
  readonly bindings: ReadonlyMap<Binding, AssumedValue>
  readonly properties: ReadonlyMap<string, AssumedValue>
}

export const OBJECT: AssumedValue = { is: 'object' }

export function primitive(value: StaticPrimitive): AssumedValue {
  return { is: 'primitive', value }
}

export function isTruthy(value: AssumedValue): boolean {
  return value.is === 'object' || Boolean(value.value)
}

const MAX_DEPTH = 12

/** The value of an expression under assumptions; `undefined` where they do not decide it. */
export function evaluate(
  node: TSESTree.Node,
  given: Assumptions,
  unit: SourceUnit,
  depth = 0,
): AssumedValue | undefined {
  if (depth > MAX_DEPTH) return undefined
  const inner = skipWrappers(node)
  const read = (part: TSESTree.Node): AssumedValue | undefined => evaluate(part, given, unit, depth + 1)
  if (inner.type === 'Identifier') {
    const binding = unit.bindings.resolve(inner)
    if (!binding) return inner.name === 'undefined' ? primitive(undefined) : undefined
    const assumed = given.bindings.get(binding)
    if (assumed) return assumed
    const initial = findInitialValue(inner, unit.bindings)
    return initial && read(initial)
  }
  const literal = getStaticPrimitive(inner)
  if (literal) return primitive(literal.value)
  switch (inner.type) {
    case 'NewExpression':
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return OBJECT
    case 'MemberExpression': {
      const name = getStaticPropertyName(inner)
      return name === undefined ? undefined : given.properties.get(name)
    }
    case 'UnaryExpression': {
      const operand = inner.operator === '!' ? read(inner.argument) : undefined
      return operand && primitive(!isTruthy(operand))
    }
    case 'LogicalExpression': {
      const left = read(inner.left)
      if (!left) return undefined
      const isRightTaken =
        inner.operator === '&&' ? isTruthy(left) : inner.operator === '||' ? !isTruthy(left) : isNullish(left)
      return isRightTaken ? read(inner.right) : left
    }
    case 'ConditionalExpression': {
      const test = read(inner.test)
      return test && read(isTruthy(test) ? inner.consequent : inner.alternate)
    }
    case 'BinaryExpression': {
      if (inner.left.type === 'PrivateIdentifier') return undefined
      const left = read(inner.left)
      const right = read(inner.right)
      return left && right && compare(inner.operator, left, right)
    }
    default:
      return undefined
  }
}

/** Whether the condition of a test holds under assumptions. */
export function decideTest(
  { condition, subject, test }: FlowTest,
  given: Assumptions,
  unit: SourceUnit,
): boolean | undefined {
  if (condition !== 'truthy' && condition !== 'nonNullish' && condition !== 'equals') return undefined
  const value = evaluate(test, given, unit)
  if (condition === 'truthy') return value ? isTruthy(value) : findEnclosingTruth(test, unit)
  if (!value) return undefined
  if (condition === 'nonNullish') return !isNullish(value)
  const other = subject && evaluate(subject, given, unit)
  const equal = other && compare('===', other, value)
  return equal && isTruthy(equal)
}

function isNullish(value: AssumedValue): boolean {
  return value.is === 'primitive' && (value.value === null || value.value === undefined)
}

function compare(operator: string, left: AssumedValue, right: AssumedValue): AssumedValue | undefined {
  if (left.is === 'object' || right.is === 'object') {
    // two objects may be one; an object compares with a number or a string as it likes
    const isDecided = isNullish(left) || isNullish(right)
    if (!isDecided) return undefined
    return /^[!=]==?$/.test(operator) ? primitive(operator.startsWith('!')) : undefined
  }
  const a = left.value as number
  const b = right.value as number
  switch (operator) {
    case '===':
      return primitive(a === b)
    case '!==':
      return primitive(a !== b)
    case '==':
      return primitive(a == b)
    case '!=':
      return primitive(a != b)
    case '<':
      return primitive(a < b)
    case '<=':
      return primitive(a <= b)
    case '>':
      return primitive(a > b)
    case '>=':
      return primitive(a >= b)
    default:
      return undefined
  }
}
