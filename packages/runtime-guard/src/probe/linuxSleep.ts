import { getNatives } from '../journal/natives.ts'

/** How a system call says for how long it may sleep: the position of the argument, and whether that is milliseconds or a pointer to a time. */
type Limit = readonly [argument: number, kind: 'ms' | 'pointer'] | 'always'

/** By number of the call, which every architecture has its own of (asm/unistd_64.h; asm-generic/unistd.h). */
const limits: Partial<Record<string, Readonly<Record<number, Limit>>>> = {
  x64: {
    7: [2, 'ms'], // poll
    23: [4, 'pointer'], // select
    35: 'always', // nanosleep
    128: [2, 'pointer'], // rt_sigtimedwait
    202: [3, 'pointer'], // futex
    230: 'always', // clock_nanosleep
    232: [3, 'ms'], // epoll_wait
    270: [4, 'pointer'], // pselect6
    271: [2, 'pointer'], // ppoll
    281: [3, 'ms'], // epoll_pwait
    441: [3, 'pointer'], // epoll_pwait2
  },
  arm64: {
    22: [3, 'ms'], // epoll_pwait
    72: [4, 'pointer'], // pselect6
    73: [2, 'pointer'], // ppoll
    98: [3, 'pointer'], // futex
    101: 'always', // nanosleep
    115: 'always', // clock_nanosleep
    137: [2, 'pointer'], // rt_sigtimedwait
    441: [3, 'pointer'], // epoll_pwait2
  },
}

/** A timer that is due later only keeps its program running: `setInterval(() => {}, 2 ** 30)`. */
const longestMs = 24 * 60 * 60 * 1000

/**
 * True when a process goes on by itself: one of its threads sleeps for a limited time, or a timer of it runs (`timeout(1)`); null
 * where that cannot be told. What `alarm(2)` has set is not seen.
 */
export function isTimed(pid: number): boolean | null {
  const { readFileSync, readdirSync } = getNatives()
  const calls = limits[process.arch]
  if (calls === undefined) return null
  try {
    if (readFileSync(`/proc/${pid}/timers`, 'utf8') !== '') return true
  } catch {
    // A kernel without CONFIG_CHECKPOINT_RESTORE.
  }
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) =>
      isLimited(calls, readFileSync(`/proc/${pid}/task/${thread}/syscall`, 'utf8')),
    )
  } catch {
    return null
  }
}

/** `line` is the number of the call and its arguments in hexadecimal, or `running`. */
function isLimited(calls: Readonly<Record<number, Limit>>, line: string): boolean {
  const [call = '', ...words] = line.trim().split(' ')
  const limit = calls[Number(call)]
  if (limit === undefined) return false
  if (limit === 'always') return true
  const [argument, kind] = limit
  const value = BigInt(words[argument] ?? 0)
  if (kind === 'pointer') return value !== 0n
  const ms = Number(BigInt.asIntN(32, value))
  return ms >= 0 && ms <= longestMs
}
