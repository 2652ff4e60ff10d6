import { getNatives } from '../journal/natives.ts'
import { isTimed } from './linuxSleep.ts'
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
  const sources = new Set<string>()
  const add = (to: Set<number>, descriptor: string): void => {
    const inode = sockets.get(descriptor)
    if (inode !== undefined) to.add(inode)
  }
  const addSource = (descriptor: string): void => {
    const target = links.get(descriptor)
    if (target !== undefined) sources.add(target)
    add(waits.reads, descriptor)
  }
  const channel = read(`/proc/${pid}/wchan`)
  const descriptor = /^\d+ 0x([\da-f]+)/.exec(read(`/proc/${pid}/syscall`))?.[1]
  const called = descriptor === undefined ? [] : [String(parseInt(descriptor, 16))]
  if (/^sock_alloc_send|^unix_stream_sendmsg/.test(channel)) for (const name of called) add(waits.writes, name)
  if (/^(?:unix_stream_(?:read|data|recv)|(?:anon_)?pipe_read|n_tty_read|wait_woken)/.test(channel))
    for (const name of called) addSource(name)
  for (const [epoll, target] of links)
    if (target === 'anon_inode:[eventpoll]')
      for (const [, watched = '', events = '0'] of read(`/proc/${pid}/fdinfo/${epoll}`).matchAll(
        /^tfd:\s+(\d+) events:\s+([\da-f]+)/gm,
      )) {
        const mask = parseInt(events, 16)
        if (mask & POLLIN) addSource(watched)
        if (mask & POLLOUT) add(waits.writes, watched)
      }
  return {
    reads: [...waits.reads],
    writes: [...waits.writes],
    isService: [...links.values()].some((target) => target === 'anon_inode:inotify') || hasSocket(pid, sockets, true),
    isOutside: [...sources].some(isInputFromOutside) || hasSocket(pid, sockets, false),
    isTimed: isTimed(pid),
  }
}

/** Somebody types it, or it comes from whoever gives this program its own input. */
function isInputFromOutside(target: string): boolean {
  if (/^\/dev\/(?:pts\/|tty|console)/.test(target)) return true
  try {
    return /^(?:pipe|socket):/.test(target) && target === getNatives().readlinkSync('/proc/self/fd/0')
  } catch {
    return false
  }
}

/** True when one of the sockets listens, or, where that is not asked for, when one is of a network. */
function hasSocket(pid: number, sockets: ReadonlyMap<string, number>, isListening: boolean): boolean {
  if (sockets.size === 0) return false
  const own = new Set(sockets.values())
  // The columns of the kernel's tables: Documentation/networking/proc_net_tcp.rst, and unix(7).
  const holds = (file: string, inode: number, state: number, listens: string): boolean =>
    read(`/proc/${pid}/net/${file}`)
      .split('\n')
      .some((line) => {
        const columns = line.trim().split(/\s+/)
        return (!isListening || columns[state] === listens) && own.has(Number(columns[inode]))
      })
  return (
    (isListening && holds('unix', 6, 3, UNIX_LISTENS)) ||
    holds('tcp', 9, 3, TCP_LISTENS) ||
    holds('tcp6', 9, 3, TCP_LISTENS)
  )
}

function read(path: string): string {
  try {
    return getNatives().readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
