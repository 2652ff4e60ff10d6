import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { Contract } from './contracts.ts'
import { followConstants, listAlternatives } from './known-value.ts'
import { ABSENT, known, type ThreeValued, UNKNOWN } from './three-valued.ts'

/** Which argument of a call is what. */
export interface SpawnArguments {
  /** The file or the command line. */
  readonly command: TSESTree.Node | undefined
  readonly args: ThreeValued<TSESTree.Node>
  readonly options: ThreeValued<TSESTree.Node>
  readonly callback: ThreeValued<TSESTree.Node>
}

type Role = 'args' | 'callback' | 'nothing' | 'options' | 'unknown'

/** Sorts the arguments of a call by the overloads of its signature. */
export function readSpawnArguments(
  given: readonly TSESTree.CallExpressionArgument[],
  { signature }: Contract,
  bindings: Bindings,
): SpawnArguments {
  const [command, ...rest] = given
  if (!command || given.some(({ type }) => type === 'SpreadElement')) {
    return {
      command: command?.type === 'SpreadElement' ? undefined : command,
      args: UNKNOWN,
      options: UNKNOWN,
      callback: UNKNOWN,
    }
  }
  const takesArgs = signature === 'file' || signature === 'file-callback'
  const takesCallback = signature === 'file-callback' || signature === 'line-callback'
  let args: ThreeValued<TSESTree.Node> = ABSENT
  let options: ThreeValued<TSESTree.Node> = ABSENT
  let callback: ThreeValued<TSESTree.Node> = ABSENT
  rest.forEach((argument, index) => {
    const isLast = index === rest.length - 1
    switch (readRole(argument, bindings)) {
      case 'nothing':
        break
      case 'args':
        args = known(argument)
        break
      case 'options':
        options = known(argument)
        break
      case 'callback':
        callback = known(argument)
        break
      case 'unknown': {
        const mayBeArgs = takesArgs && index === 0
        const mayBeCallback = takesCallback && isLast
        // with another argument behind it that is no callback, the first can only be the list
        if (mayBeArgs && !isLast && !isCallbackAt(rest, index + 1, bindings)) args = known(argument)
        else if (mayBeArgs) {
          args = UNKNOWN
          options = UNKNOWN
          if (mayBeCallback) callback = UNKNOWN
        } else if (mayBeCallback && options.is === 'absent') {
          options = UNKNOWN
          callback = UNKNOWN
        } else if (mayBeCallback) callback = UNKNOWN
        else options = known(argument)
      }
    }
  })
  return { command, args, options, callback }
}

function isCallbackAt(rest: readonly TSESTree.CallExpressionArgument[], index: number, bindings: Bindings): boolean {
  const argument = rest[index]
  return argument !== undefined && index === rest.length - 1 && readRole(argument, bindings) === 'callback'
}

function readRole(argument: TSESTree.Node, bindings: Bindings): Role {
  const roles = new Set(listAlternatives(argument, bindings).map((value) => readRoleOf(value, bindings)))
  if (roles.size > 1) roles.delete('nothing')
  const [only] = roles
  return roles.size === 1 && only !== undefined ? only : 'unknown'
}

function readRoleOf(value: TSESTree.Node, bindings: Bindings): Role {
  switch (value.type) {
    case 'ArrayExpression':
      return 'args'
    case 'ObjectExpression':
      return 'options'
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return 'callback'
    case 'Literal':
      return value.raw === 'null' ? 'nothing' : 'unknown'
    case 'CallExpression':
      return isArrayCall(value) ? 'args' : 'unknown'
    case 'MemberExpression':
      return getStaticPropertyName(value) === 'args' || getStaticPropertyName(value) === 'argv' ? 'args' : 'unknown'
    case 'Identifier':
      return readRoleOfName(value, bindings)
    default:
      return 'unknown'
  }
}

const ARRAY_METHODS = new Set(['concat', 'filter', 'flat', 'flatMap', 'map', 'reverse', 'slice', 'sort', 'split'])
const GROWING_METHODS = new Set([
  'push',
  'unshift',
  'splice',
  'concat',
  'slice',
  'map',
  'filter',
  'join',
  'indexOf',
  'includes',
  'forEach',
])

/** `text.split(' ')`, `rest.slice(2)`, `Array.from(…)` give arrays; a string's `slice` is no argument of a spawn. */
function isArrayCall({ callee }: TSESTree.CallExpression): boolean {
  const inner = skipWrappers(callee)
  if (inner.type !== 'MemberExpression') return false
  const name = getStaticPropertyName(inner)
  const object = skipWrappers(inner.object)
  if (object.type === 'Identifier' && object.name === 'Array') return name === 'from' || name === 'of'
  return name !== undefined && ARRAY_METHODS.has(name)
}

function readRoleOfName(identifier: TSESTree.Identifier, bindings: Bindings): Role {
  const binding = bindings.resolve(identifier)
  if (!binding && identifier.name === 'undefined') return 'nothing'
  if (binding?.kind === 'function') return 'callback'
  for (const definition of binding?.definitions ?? []) {
    const annotation = definition.name.typeAnnotation?.typeAnnotation
    const isRest = definition.name.parent.type === 'RestElement' && isFunctionNode(definition.name.parent.parent)
    if (isRest || isArrayType(annotation)) return 'args'
    if (annotation?.type === 'TSFunctionType') return 'callback'
  }
  for (const { identifier: use, writeExpression } of binding?.references ?? []) {
    if (writeExpression && followConstants(writeExpression, bindings).type === 'ArrayExpression') return 'args'
    const at = climbWrappers(use)
    const { parent } = at
    if (parent?.type === 'MemberExpression' && parent.object === at) {
      const name = getStaticPropertyName(parent)
      if (parent.parent.type === 'CallExpression' && name !== undefined && GROWING_METHODS.has(name)) return 'args'
    }
    if (parent?.type === 'SpreadElement' && parent.parent.type === 'ArrayExpression') return 'args'
    if (parent?.type === 'CallExpression' && parent.callee === at) return 'callback'
  }
  // Nobody calls an object of options `args`: the name decides where nothing else does.
  return /^(?:\w*(?:args|argv|arguments|flags|params))$/i.test(identifier.name) ? 'args' : 'unknown'
}

function isArrayType(annotation: TSESTree.TypeNode | undefined): boolean {
  if (annotation?.type === 'TSArrayType' || annotation?.type === 'TSTupleType') return true
  if (annotation?.type === 'TSTypeOperator') return isArrayType(annotation.typeAnnotation)
  return (
    annotation?.type === 'TSTypeReference' &&
    annotation.typeName.type === 'Identifier' &&
    /^(?:Readonly)?Array$/.test(annotation.typeName.name)
  )
}
