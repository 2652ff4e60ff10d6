import type { TSESTree } from '@typescript-eslint/utils'
import { traverse } from '../ast/child-nodes.ts'
import { type CodeRoot, getCodeRoot } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { findCandidateCalls, type SpawnCall } from './candidate-calls.ts'
import { type Contract, FACTORY_CONTRACTS, findContract } from './contracts.ts'
import { findConfigured } from './configured-function.ts'
import { isInsideWith } from './dynamic-scope.ts'
import type { HandedBack } from './handed-back.ts'
import { GLOBAL } from './module-origin.ts'
import { EMPTY_SHAPE, type ObjectShape, OPAQUE_SHAPE, readObjectShape } from './object-shape.ts'
import { readSpawnArguments, type SpawnArguments } from './spawn-arguments.ts'
import { readSpawnCommand, type SpawnCommand } from './spawn-command.ts'
import { readSpawnOptions, type SpawnOptions } from './spawn-options.ts'
import type { SourceUnit } from './source-unit.ts'
import { ABSENT, known, type ThreeValued } from './three-valued.ts'

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
  /** What the arguments are read with. */
  readonly unit: SourceUnit
  /** Of a call of a function that starts the child and returns it. */
  readonly handedBack?: HandedBack
}

/** All places of a file that start a child, in source order. */
export function findSpawnSites(unit: SourceUnit): SpawnSite[] {
  // a configured factory can be any function, out of any module; so can one that only types know
  const isAnyCall = unit.settings.factories.length > 0 || unit.findDeclaredFunction !== undefined
  const calls = isAnyCall ? listCalls(unit) : findCandidateCalls(unit)
  return calls.map((call) => readSite(call, unit)).filter((site) => site !== undefined)
}

function listCalls({ program, visitorKeys }: SourceUnit): SpawnCall[] {
  const calls: SpawnCall[] = []
  traverse(program, {
    visitorKeys,
    enter(node) {
      if (node.type === 'CallExpression' || node.type === 'TaggedTemplateExpression') calls.push(node)
    },
  })
  return calls
}

/** The contract of the function that a call calls, if it starts a child. */
export function findCallContract(callee: TSESTree.Node, unit: SourceUnit): Contract | undefined {
  const factory = findConfigured(callee, unit.settings.factories, unit)
  if (factory) return FACTORY_CONTRACTS[factory.like]
  const found = unit.resolveOrigin(callee)
  if (found?.module === GLOBAL || found?.isPromise) return undefined
  const contract = found && findContract(found.module, found.path, found.isPromisified, unit.getMajor)
  return contract ?? findDeclaredContract(callee, unit)
}

function findDeclaredContract(callee: TSESTree.Node, unit: SourceUnit): Contract | undefined {
  const declared = unit.findDeclaredFunction?.(skipWrappers(callee))
  return declared && findContract('child_process', [declared.name], declared.isPromisified, unit.getMajor)
}

function readSite(node: SpawnCall, unit: SourceUnit): SpawnSite | undefined {
  const isTemplate = node.type === 'TaggedTemplateExpression'
  let callee = skipWrappers(isTemplate ? node.tag : node.callee)
  if (callee.type === 'SequenceExpression') callee = skipWrappers(callee.expressions.at(-1) ?? callee)
  // `$({ timeout })`…``: the options are given to the tag
  if (isTemplate && callee.type === 'CallExpression') callee = skipWrappers(callee.callee)
  // a call can only be a call's callee as `promisify(exec)(…)`
  if (callee.type !== 'Identifier' && callee.type !== 'MemberExpression' && callee.type !== 'CallExpression')
    return undefined
  const contract = findCallContract(callee, unit)
  if (!contract || (contract.signature === 'template') !== isTemplate || isInsideWith(node)) return undefined
  const written =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? getStaticPropertyName(callee)
        : undefined
  const name = written ?? contract.like
  return { ...readStart(node, contract, unit), node, callee, name, contract, root: getCodeRoot(node), unit }
}

/** What the arguments of a call say. */
export function readStart(
  node: SpawnCall,
  contract: Contract,
  unit: SourceUnit,
): Pick<SpawnSite, 'arguments' | 'command' | 'options'> {
  const given = readArguments(node, contract, unit)
  return {
    arguments: given,
    command: readSpawnCommand(given, contract, unit),
    options: readSpawnOptions(readShape(given.options, unit), contract, unit.bindings),
  }
}

function readArguments(node: SpawnCall, contract: Contract, { bindings }: SourceUnit): SpawnArguments {
  if (node.type === 'CallExpression') return readSpawnArguments(node.arguments, contract, bindings)
  const tag = skipWrappers(node.tag)
  const options = tag.type === 'CallExpression' ? tag.arguments[0] : undefined
  return { command: node.quasi, args: ABSENT, callback: ABSENT, options: options ? known(options) : ABSENT }
}

function readShape(options: ThreeValued<TSESTree.Node>, unit: SourceUnit): ObjectShape {
  if (options.is === 'absent') return EMPTY_SHAPE
  if (options.is === 'unknown') return OPAQUE_SHAPE
  return readObjectShape(options.value, unit.bindings, (call) => findCallContract(call.callee, unit) !== undefined)
}
