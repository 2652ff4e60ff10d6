import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import type { FollowedHandle } from './follow-handle.ts'
import type { HandleUse } from './handle-use.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import type { SpawnSite } from './spawn-site.ts'

/** What of a child, besides its process, keeps the parent's event loop alive; `stdio` is a pipe behind the first three. */
export type HeldHandle = 'ipc' | 'stderr' | 'stdio' | 'stdout'

/**
 * The handles that `child.unref()` leaves open and that nothing else releases, as far as the source tells. Measured with
 * Node 20, 22, 24 and 26 and a child that sleeps for 1.5 s behind an `unref()`: `stdout`, `stderr`, a fourth pipe or an IPC
 * channel, alone, hold the parent for those 1.5 s, whether the output is read, paused or left alone; `stdin` does not. A
 * stream's own `unref()` or `destroy()`, `disconnect()` and `channel.unref()` release it.
 */
export function findHeldHandles(site: SpawnSite, { uses }: FollowedHandle): HeldHandle[] {
  const held: HeldHandle[] = []
  for (const name of ['stdout', 'stderr'] as const)
    if (isPiped(site, name) && !uses.some((use) => use.facet === name && isReleased(use))) held.push(name)
  const more = readFurtherSlots(site)
  if (more.some((word) => word === 'pipe' || word === 'overlapped') && !uses.some(({ facet }) => facet === 'stdio'))
    held.push('stdio')
  const hasChannel = site.contract.like === 'fork' || more.includes('ipc')
  if (hasChannel && !uses.some((use) => use.facet === 'child' && /^(?:channel|disconnect)$/.test(readName(use))))
    held.push('ipc')
  return held
}

/** exec() and execFile() make pipes whatever their options say. */
function isPiped({ contract, options }: SpawnSite, name: 'stderr' | 'stdout'): boolean {
  const isFixed = contract.handle === 'child' && contract.like.startsWith('exec')
  return isFixed || options.stdio[name].kind === 'pipe'
}

function isReleased(use: HandleUse): boolean {
  return use.kind === 'unref' || use.kind === 'escape' || readName(use) === 'destroy'
}

/** The property of the handle that is read or called. */
function readName({ source }: HandleUse): string {
  const member = skipWrappers(source.type === 'CallExpression' ? source.callee : source)
  return member.type === 'MemberExpression' ? (getStaticPropertyName(member) ?? '') : ''
}

/** What the source says of the descriptors from 3 on. */
function readFurtherSlots({ contract, options, unit: { bindings } }: SpawnSite): unknown[] {
  const stdio = options.shape.get('stdio')
  if (stdio.is !== 'known' || contract.like.startsWith('exec')) return []
  const list = followConstants(stdio.value, bindings)
  if (list.type !== 'ArrayExpression' || list.elements.some((element) => element?.type === 'SpreadElement')) return []
  return list.elements.slice(3).map((element: TSESTree.Node | null) => {
    const word = element ? readPrimitive(element, bindings) : undefined
    return word?.is === 'known' ? word.value : undefined
  })
}
