import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding, Bindings, Definition } from '../ast/bindings.ts'
import type { FunctionNode } from '../ast/function-node.ts'
import { createOriginResolver } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** What a parameter is that a call leaves out. */
const NOT_GIVEN = { type: 'Identifier', name: 'undefined', range: [0, 0] } as unknown as TSESTree.Identifier

/**
 * The file of a function as one call of it sees it: a parameter that is never written reads like a constant with the
 * argument of that call, and names in the arguments mean what they mean to the caller.
 */
export function enterCall(
  callee: FunctionNode,
  call: TSESTree.CallExpression,
  unit: SourceUnit,
  caller: SourceUnit,
): SourceUnit {
  const constants = new Map<Binding, Binding>()
  for (const [index, parameter] of callee.params.entries()) {
    // behind a spread nobody knows which argument is which
    if (call.arguments.slice(0, index + 1).some(({ type }) => type === 'SpreadElement')) break
    const name = parameter.type === 'AssignmentPattern' ? parameter.left : parameter
    const binding = name.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
    if (!binding || binding.references.some(({ init, isWrite }) => isWrite && !init)) continue
    const fallback = parameter.type === 'AssignmentPattern' ? parameter.right : NOT_GIVEN
    constants.set(binding, toConstant(binding, call.arguments[index] ?? fallback))
  }
  const bindings: Bindings = {
    resolve(identifier) {
      const binding = unit.bindings.resolve(identifier) ?? caller.bindings.resolve(identifier)
      return binding && (constants.get(binding) ?? binding)
    },
    get all() {
      return unit.bindings.all
    },
  }
  return { ...unit, bindings, resolveOrigin: createOriginResolver(bindings) }
}

function toConstant(binding: Binding, init: TSESTree.Node): Binding {
  const [first] = binding.definitions as [Definition]
  const node = { type: 'VariableDeclarator', id: first.name, init } as unknown as TSESTree.VariableDeclarator
  return {
    name: binding.name,
    kind: 'const',
    definitions: [{ kind: 'const', name: first.name, node }],
    references: binding.references,
    root: binding.root,
    isReassigned: false,
    isExported: false,
  }
}
