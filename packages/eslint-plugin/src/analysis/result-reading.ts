import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { getGlobalPath } from './module-origin.ts'
import type { SourceUnit } from './source-unit.ts'

/** What a file reads of the object that a finished call gives. */
export interface ResultReading {
  /** Reads of the properties that tell how it went, by name. */
  readonly outcomes: ReadonlyMap<string, readonly TSESTree.Node[]>
  /** Uses of what was printed that tell nobody whether it went well. */
  readonly outputs: number
  /** Code out of sight has the result, or the output is looked at in a way that may tell a failure. */
  readonly isEscaped: boolean
}

const MAX_DEPTH = 5
const OUTPUTS = /^(?:stdout|stderr|output)$/

/** Follows a result through names and patterns to the properties that are read of it. */
export function readResult(node: TSESTree.Node, outcomeNames: readonly string[], unit: SourceUnit): ResultReading {
  const outcomes = new Map<string, TSESTree.Node[]>()
  const seen = new Set<Binding>()
  let outputs = 0
  let isEscaped = false
  follow(node, 0)
  return { outcomes, outputs, isEscaped }

  function follow(value: TSESTree.Node, depth: number): void {
    const at = climbWrappers(value)
    const { parent } = at
    if (depth > MAX_DEPTH) isEscaped = true
    else
      switch (parent?.type) {
        case 'ExpressionStatement':
          return
        case 'AwaitExpression':
          follow(parent, depth + 1)
          return
        case 'UnaryExpression':
          if (parent.operator !== 'void') isEscaped = true
          return
        case 'VariableDeclarator':
          bind(parent.id, depth)
          return
        case 'AssignmentExpression':
          if (parent.right !== at) return
          bind(skipWrappers(parent.left), depth)
          follow(parent, depth + 1)
          return
        case 'MemberExpression':
          if (parent.object === at) read(getStaticPropertyName(parent), parent)
          else isEscaped = true
          return
        default:
          isEscaped = true
      }
  }

  function bind(target: TSESTree.Node, depth: number): void {
    if (target.type === 'ObjectPattern') {
      for (const property of target.properties) {
        if (property.type === 'RestElement') isEscaped = true
        else read(getStaticPropertyName(property), property.value)
      }
      return
    }
    const binding = target.type === 'Identifier' ? unit.bindings.resolve(target) : undefined
    if (!binding || binding.isExported) isEscaped = true
    else if (!seen.has(binding)) {
      seen.add(binding)
      for (const { identifier, isRead } of binding.references) if (isRead) follow(identifier, depth + 1)
    }
  }

  /** A property that is read, or the pattern that it is bound to. */
  function read(name: string | undefined, place: TSESTree.Node): void {
    if (name === undefined) isEscaped = true
    else if (outcomeNames.includes(name)) {
      const reads = place.type === 'MemberExpression' ? [place] : listReads(place, unit)
      outcomes.set(name, [...(outcomes.get(name) ?? []), ...reads])
    } else if (OUTPUTS.test(name)) {
      const isTaken = place.type === 'MemberExpression' ? followOutput(place, unit) : readResultName(place, unit)
      if (isTaken === 'escaped') isEscaped = true
      else if (isTaken === 'used') outputs += 1
    } else if (name !== 'pid') isEscaped = true
  }
}

function listReads(pattern: TSESTree.Node, { bindings }: SourceUnit): TSESTree.Node[] {
  const binding = pattern.type === 'Identifier' ? bindings.resolve(pattern) : undefined
  return binding?.references.filter(({ isRead }) => isRead).map(({ identifier }) => identifier) ?? []
}

/** What becomes of a text that a child has printed: `escaped` where that may tell a failure. */
export type OutputUse = 'escaped' | 'unused' | 'used'

/** The same for a name that gets the text. */
export function readResultName(name: TSESTree.Node, unit: SourceUnit, depth = 0): OutputUse {
  const binding = name.type === 'Identifier' ? unit.bindings.resolve(name) : undefined
  if (!binding || binding.isExported || depth > MAX_DEPTH) return 'escaped'
  const uses = binding.references
    .filter(({ isRead }) => isRead)
    .map(({ identifier }) => followOutput(identifier, unit, depth + 1))
  if (uses.includes('escaped')) return 'escaped'
  return uses.includes('used') ? 'used' : 'unused'
}

/** They give the text again, or a part of it. */
const REWRITING =
  /^(?:toString|trim|trimEnd|trimStart|slice|substring|replace|replaceAll|split|toLowerCase|toUpperCase|concat|join|at|pop|shift)$/
const TELLING = /^(?:console\.\w+|String)$/

function followOutput(value: TSESTree.Node, unit: SourceUnit, depth = 0): OutputUse {
  const at = climbWrappers(value)
  const { parent } = at
  if (depth > MAX_DEPTH) return 'escaped'
  switch (parent?.type) {
    case 'ExpressionStatement':
      return 'used'
    case 'ReturnStatement':
    case 'ArrowFunctionExpression':
    case 'TemplateLiteral':
      return 'used'
    case 'VariableDeclarator':
      return readResultName(parent.id, unit, depth + 1)
    case 'MemberExpression': {
      // `stdout?.toString()` knows that there may be none
      if (parent.object !== at || parent.optional) return 'escaped'
      const name = getStaticPropertyName(parent)
      const call = climbWrappers(parent).parent
      const isCall = call?.type === 'CallExpression' && skipWrappers(call.callee) === parent
      if (name !== undefined && isCall && REWRITING.test(name)) return followOutput(call, unit, depth + 1)
      // `lines[0]`
      return parent.computed && !isCall ? followOutput(parent, unit, depth + 1) : 'escaped'
    }
    case 'CallExpression': {
      const global = getGlobalPath(unit.resolveOrigin(parent.callee))
      if (global === 'String') return followOutput(parent, unit, depth + 1)
      return global !== undefined && TELLING.test(global) ? 'used' : 'escaped'
    }
    default:
      return 'escaped'
  }
}
