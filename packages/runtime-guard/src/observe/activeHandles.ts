import { findChannel, type ObservedChild } from './childPipes.ts'

/** What may stand in the list of what keeps a loop alive, where children alone do: the rest is timers, sockets, requests. */
export const kindsOfChildren: ReadonlySet<string> = new Set([
  'PipeWrap',
  'ProcessWrap',
  'ShutdownWrap',
  'TTYWrap',
  'WriteWrap',
])

interface ActiveHandle {
  _isStdio?: boolean
  fd?: unknown
}

/**
 * True when everything that keeps the loop of this thread alive belongs to one of `children`; `withParent`: or is the channel to the
 * process that started this one, or its stdin.
 */
export function areHandlesOf(children: readonly ObservedChild[], withParent = false): boolean {
  if (!process.getActiveResourcesInfo().every((kind) => kindsOfChildren.has(kind))) return false
  const own = new Set<unknown>()
  if (withParent) own.add(findChannel(process))
  for (const child of children) for (const handle of [child, ...child.stdio, findChannel(child)]) own.add(handle)
  // Deprecated in the documentation only (DEP0161), and the one way to tell a child's pipe from another one.
  const { _getActiveHandles: list } = process as { _getActiveHandles?: () => ActiveHandle[] }
  return (
    list !== undefined &&
    Reflect.apply(list, process, []).every(
      (handle) => own.has(handle) || isOwnOutput(handle) || (withParent && handle.fd === 0),
    )
  )
}

/** The program's stdout and stderr are listed when they are pipes, and keep nothing alive. */
function isOwnOutput({ _isStdio, fd }: ActiveHandle): boolean {
  return _isStdio === true && (fd === 1 || fd === 2)
}
