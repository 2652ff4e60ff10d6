import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, getCodeRoot } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type Contract, FACTORY_CONTRACTS, findContract } from './contracts.ts'
import { findConfigured } from './configured-function.ts'
import { GLOBAL } from './module-origin.ts'
import { EMPTY_SHAPE, type ObjectShape, OPAQUE_SHAPE, readObjectShape } from './object-shape.ts'
import { readSpawnArguments, type SpawnArguments } from './spawn-arguments.ts'
import { readSpawnCommand, type SpawnCommand } from './spawn-command.ts'
import { readSpawnOptions, type SpawnOptions } from './spawn-options.ts'
import type { SourceUnit } from './source-unit.ts'
import { ABSENT, known, type ThreeValued } from './three-valued.ts'

export type SpawnCall = TSESTree.CallExpression | TSESTree.TaggedTemplateExpression

/** A place that starts a child. */
export interface SpawnSite {
  readonly node: SpawnCall
  /** The name in front of the arguments, where reports point at. */
  readonly callee: TSESTree.Node
  /** As the file calls it: `spawn`, `execFileAsync`. */
  readonly name: string
  readonly contract: Contract
  readonly arguments: SpawnArguments
  readonly command: SpawnCommand
  readonly options: SpawnOptions
  /** The code that runs the call. */
  readonly root: CodeRoot
}

/** All places of a file that start a child, in source order. */
export function findSpawnSites(unit: SourceUnit): SpawnSite[] {
  const sites: SpawnSite[] = []
  traverse(unit.program, {
    visitorKeys: unit.visitorKeys,
    enter(node) {
      if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression') return
      const site = readSite(node, unit)
      if (site) sites.push(site)
    },
  })
  return sites
}

/** The contract of the function that a call calls, if it starts a child. */
export function findCallContract(callee: TSESTree.Node, unit: SourceUnit): Contract | undefined {
  const factory = findConfigured(callee, unit.settings.factories, unit)
  if (factory) return FACTORY_CONTRACTS[factory.like]
  const found = unit.resolveOrigin(callee)
  if (!found || found.module === GLOBAL || found.isPromise) return undefined
  return findContract(found.module, found.path, found.isPromisified, unit.getMajor)
}

function readSite(node: SpawnCall, unit: SourceUnit): SpawnSite | undefined {
  const isTemplate = node.type === 'TaggedTemplateExpression'
  let callee = skipWrappers(isTemplate ? node.tag : node.callee)
  if (callee.type === 'SequenceExpression') callee = skipWrappers(callee.expressions.at(-1) ?? callee)
  // `$({ timeout })`…``: the options are given to the tag
  let optionsNode: TSESTree.Node | undefined
  if (isTemplate && callee.type === 'CallExpression') {
    optionsNode = callee.arguments[0]
    callee = skipWrappers(callee.callee)
  }
  // a call can only be a call's callee as `promisify(exec)(…)`
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression' && callee.type !== 'CallExpression')
    return undefined
  const contract = findCallContract(callee, unit)
  if (!contract || (contract.signature === 'template') !== isTemplate) return undefined
  const given: SpawnArguments = isTemplate
    ? { command: node.quasi, args: ABSENT, callback: ABSENT, options: optionsNode ? known(optionsNode) : ABSENT }
    : readSpawnArguments(node.arguments, contract, unit.bindings)
  const written =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? getStaticPropertyName(callee)
        : undefined
  const name = written ?? contract.like
  return {
    node,
    callee,
    name,
    contract,
    arguments: given,
    command: readSpawnCommand(given, contract, unit),
    options: readSpawnOptions(readShape(given.options, unit), contract, unit.bindings),
    root: getCodeRoot(node),
  }
}

function readShape(options: ThreeValued<TSESTree.Node>, unit: SourceUnit): ObjectShape {
  if (options.is === 'absent') return EMPTY_SHAPE
  if (options.is === 'unknown') return OPAQUE_SHAPE
  return readObjectShape(options.value, unit.bindings, (call) => findCallContract(call.callee, unit) !== undefined)
}
