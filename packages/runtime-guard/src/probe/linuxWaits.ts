import { getNatives } from '../journal/natives.ts'
import type { ProcessWaits } from './ProcessTable.ts'

/** Bits of `poll`'s events. */
const POLLIN = 1
const POLLOUT = 4

/** Flags of a socket that listens in `/proc/net/unix`, and the state of one in `/proc/net/tcp` (Linux, include/net/tcp_states.h). */
const UNIX_LISTENS = '00010000'
const TCP_LISTENS = '0A'

/**
 * What a process waits for, as the kernel tells it: the function that its main thread sleeps in, the descriptor that it was
 * called with, and, for a program with an event loop, the descriptors that its epoll instances watch.
 */
export function readWaits(pid: number): ProcessWaits | undefined {
  const { readdirSync, readlinkSync } = getNatives()
  const links = new Map<string, string>()
  try {
    for (const descriptor of readdirSync(`/proc/${pid}/fd`))
      links.set(descriptor, readlinkSync(`/proc/${pid}/fd/${descriptor}`))
  } catch {
    if (links.size === 0) return undefined
  }
  const sockets = new Map<string, number>()
  for (const [descriptor, target] of links) {
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    if (inode !== undefined) sockets.set(descriptor, Number(inode))
  }
  const waits = { reads: new Set<number>(), writes: new Set<number>() }
  const add = (to: Set<number>, descriptor: string): void => {
    const inode = sockets.get(descriptor)
    if (inode !== undefined) to.add(inode)
  }
  const channel = read(`/proc/${pid}/wchan`)
  const descriptor = /^\d+ 0x([\da-f]+)/.exec(read(`/proc/${pid}/syscall`))?.[1]
  const called = descriptor === undefined ? [] : [String(parseInt(descriptor, 16))]
  if (/^sock_alloc_send|^unix_stream_sendmsg/.test(channel)) for (const name of called) add(waits.writes, name)
  if (/^unix_stream_(?:read|data|recv)/.test(channel)) for (const name of called) add(waits.reads, name)
  for (const [epoll, target] of links)
    if (target === 'anon_inode:[eventpoll]')
      for (const [, watched = '', events = '0'] of read(`/proc/${pid}/fdinfo/${epoll}`).matchAll(
        /^tfd:\s+(\d+) events:\s+([\da-f]+)/gm,
      )) {
        const mask = parseInt(events, 16)
        if (mask & POLLIN) add(waits.reads, watched)
        if (mask & POLLOUT) add(waits.writes, watched)
      }
  return {
    reads: [...waits.reads],
    writes: [...waits.writes],
    isService: [...links.values()].some((target) => target === 'anon_inode:inotify') || isListening(pid, sockets),
  }
}

function isListening(pid: number, sockets: ReadonlyMap<string, number>): boolean {
  if (sockets.size === 0) return false
  const own = new Set(sockets.values())
  // The columns of the kernel's tables: Documentation/networking/proc_net_tcp.rst, and unix(7).
  const holds = (file: string, inode: number, state: number, listens: string): boolean =>
    read(`/proc/${pid}/net/${file}`)
      .split('\n')
      .some((line) => {
        const columns = line.trim().split(/\s+/)
        return columns[state] === listens && own.has(Number(columns[inode]))
      })
  return holds('unix', 6, 3, UNIX_LISTENS) || holds('tcp', 9, 3, TCP_LISTENS) || holds('tcp6', 9, 3, TCP_LISTENS)
}

function read(path: string): string {
  try {
    return getNatives().readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
