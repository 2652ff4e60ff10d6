import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { Contract } from './contracts.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import type { ObjectShape } from './object-shape.ts'
import { ABSENT, known, type ThreeValued, UNKNOWN } from './three-valued.ts'

export type SlotKind = 'ignore' | 'inherit' | 'ipc' | 'pipe' | 'stream' | 'unknown'

/** One of the child's standard streams. */
export interface StdioSlot {
  readonly kind: SlotKind
  /** Chosen in the source, not by the default of the call. */
  readonly isExplicit: boolean
  /** The expression that chose this slot alone (an element of the array), or all of them (`stdio: 'pipe'`). */
  readonly node: TSESTree.Node | undefined
}

export type StreamName = 'stderr' | 'stdin' | 'stdout'
export const STREAM_NAMES = ['stdin', 'stdout', 'stderr'] as const

/** The options that decide the life of a child, three-valued. */
export interface SpawnOptions {
  readonly shape: ObjectShape
  readonly shell: ThreeValued<boolean>
  readonly detached: ThreeValued<boolean>
  /** In milliseconds; 0 is no limit. */
  readonly timeout: ThreeValued<number>
  readonly signal: ThreeValued<TSESTree.Node>
  readonly killSignal: ThreeValued<number | string>
  readonly stdio: Readonly<Record<StreamName, StdioSlot>>
}

export function readSpawnOptions(shape: ObjectShape, contract: Contract, bindings: Bindings): SpawnOptions {
  return {
    shape,
    shell: contract.like === 'exec' ? known(true) : readTruthiness(shape.get('shell'), bindings),
    detached: readTruthiness(shape.get('detached'), bindings),
    timeout: readTimeout(shape.get('timeout'), bindings),
    signal: readGiven([shape.get('signal'), shape.get('cancelSignal')], bindings),
    killSignal: readKillSignal(shape.get('killSignal'), bindings),
    stdio: readStdio(shape, contract, bindings),
  }
}

/** `shell: '/bin/sh'` is as good as `true`; `shell: process.platform === 'win32'` is unknown. */
function readTruthiness(property: ThreeValued<TSESTree.Node>, bindings: Bindings): ThreeValued<boolean> {
  if (property.is !== 'known') return property
  const value = readPrimitive(property.value, bindings)
  return value.is === 'known' ? known(Boolean(value.value)) : value
}

function readTimeout(property: ThreeValued<TSESTree.Node>, bindings: Bindings): ThreeValued<number> {
  if (property.is !== 'known') return property
  const value = readPrimitive(property.value, bindings)
  if (value.is !== 'known') return value
  // `timeout: null` is no limit to Node
  if (value.value === null) return ABSENT
  return typeof value.value === 'number' ? known(value.value) : UNKNOWN
}

function readKillSignal(property: ThreeValued<TSESTree.Node>, bindings: Bindings): ThreeValued<number | string> {
  if (property.is !== 'known') return property
  const value = readPrimitive(property.value, bindings)
  if (value.is !== 'known') return value
  return typeof value.value === 'number' || typeof value.value === 'string' ? known(value.value) : UNKNOWN
}

/** The first of several properties that is given a value. */
function readGiven(properties: ThreeValued<TSESTree.Node>[], bindings: Bindings): ThreeValued<TSESTree.Node> {
  for (const property of properties) {
    if (property.is === 'unknown') return UNKNOWN
    if (property.is === 'known' && readPrimitive(property.value, bindings).is !== 'absent') return property
  }
  return ABSENT
}

function readStdio(shape: ObjectShape, contract: Contract, bindings: Bindings): SpawnOptions['stdio'] {
  const stdio = shape.get('stdio')
  if (stdio.is === 'unknown') return allSlots('unknown', false)
  if (stdio.is === 'absent') {
    const kind = defaultKind(shape, contract, bindings)
    if (contract.handle !== 'promise') return allSlots(kind, false)
    // execa takes `stdin`, `stdout` and `stderr` as options of their own as well; `child_process` ignores them
    const read = (name: StreamName): StdioSlot => {
      const own = shape.get(name)
      if (own.is !== 'known')
        return { kind: own.is === 'absent' ? kind : 'unknown', isExplicit: false, node: undefined }
      return { ...readSlot(own.value, bindings), node: own.value }
    }
    return { stdin: read('stdin'), stdout: read('stdout'), stderr: read('stderr') }
  }
  const value = followConstants(stdio.value, bindings)
  if (value.type === 'ArrayExpression') return readStdioArray(value, value === stdio.value, bindings)
  const kind = readPrimitive(value, bindings)
  if (kind.is === 'absent' || (kind.is === 'known' && kind.value === null))
    return allSlots(defaultKind(shape, contract, bindings), false)
  return allSlots(kind.is === 'known' ? readSlotWord(kind.value) : 'unknown', true, stdio.value)
}

/** Pipes, but a forked child inherits unless `silent` is set. */
function defaultKind(shape: ObjectShape, contract: Contract, bindings: Bindings): SlotKind {
  if (contract.like !== 'fork') return 'pipe'
  const silent = readTruthiness(shape.get('silent'), bindings)
  return silent.is === 'unknown' ? 'unknown' : silent.is === 'known' && silent.value ? 'pipe' : 'inherit'
}

function allSlots(kind: SlotKind, isExplicit: boolean, node?: TSESTree.Node): SpawnOptions['stdio'] {
  const slot: StdioSlot = { kind, isExplicit, node }
  return { stdin: slot, stdout: slot, stderr: slot }
}

function readStdioArray(
  array: TSESTree.ArrayExpression,
  isInPlace: boolean,
  bindings: Bindings,
): SpawnOptions['stdio'] {
  const hasSpread = array.elements.some((element) => element?.type === 'SpreadElement')
  const read = (index: number): StdioSlot => {
    if (hasSpread) return { kind: 'unknown', isExplicit: false, node: undefined }
    const element = array.elements[index]
    // Node fills a short array up, and reads a hole, `null` and `undefined`, as 'pipe' for the first three
    if (!element) return { kind: 'pipe', isExplicit: false, node: undefined }
    const slot = readSlot(element, bindings)
    return { ...slot, node: isInPlace ? element : undefined }
  }
  return { stdin: read(0), stdout: read(1), stderr: read(2) }
}

function readSlot(element: TSESTree.Node, bindings: Bindings): Omit<StdioSlot, 'node'> {
  const value = readPrimitive(element, bindings)
  if (value.is === 'absent') return { kind: 'pipe', isExplicit: false }
  if (value.is === 'known')
    return value.value === null
      ? { kind: 'pipe', isExplicit: false }
      : { kind: readSlotWord(value.value), isExplicit: true }
  const target = followConstants(element, bindings)
  // `process.stdout` and the like; any other object is a stream or a descriptor of the caller's
  if (target.type === 'MemberExpression' && target.object.type === 'Identifier' && target.object.name === 'process') {
    const name = getStaticPropertyName(target)
    if (name === 'stdin' || name === 'stdout' || name === 'stderr') return { kind: 'inherit', isExplicit: true }
  }
  return { kind: 'unknown', isExplicit: true }
}

function readSlotWord(value: unknown): SlotKind {
  switch (value) {
    case 'pipe':
    case 'overlapped':
      return 'pipe'
    case 'ignore':
    case 'inherit':
    case 'ipc':
      return value
    case 0:
    case 1:
    case 2:
      return 'inherit'
    default:
      return typeof value === 'number' ? 'stream' : 'unknown'
  }
}
