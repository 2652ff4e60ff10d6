import { getNatives } from '../journal/natives.ts'
import { parseStat, readSocketInode } from '../journal/readIdentity.ts'
import { readWaits } from './linuxWaits.ts'
import type { ProcessInfo, ProcessTable } from './ProcessTable.ts'

/** `/proc` counts in units of USER_HZ, which is 100 on every architecture that Node supports. */
const msPerTick = 10

/** The process table through `/proc`; no process is started to look at processes. */
export function linuxProcessTable(): ProcessTable {
  const { readFileSync, readdirSync, readlinkSync, now } = getNatives()
  const bootedAt = readBootTime()

  function find(pid: number): ProcessInfo | undefined {
    let stat
    try {
      stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return undefined
    }
    return stat && { ...stat, startedAt: bootedAt + Number(stat.start) * msPerTick }
  }

  function readBootTime(): number {
    try {
      return now() - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000
    } catch {
      return 0
    }
  }

  function list(): ProcessInfo[] {
    const processes: ProcessInfo[] = []
    for (const name of readdirSync('/proc')) {
      const pid = Number(name)
      if (!Number.isInteger(pid)) continue
      const info = find(pid)
      if (info) processes.push(info)
    }
    return processes
  }

  function readStrings(pid: number, name: string): string[] {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').replace(/\0+$/, '').split('\0')
  }

  return {
    tier: 'linux /proc',
    limit: bootedAt === 0 ? '/proc cannot be read: processes that nobody reported cannot be seen.' : null,
    find,
    timeOf: (start) => (/^\d+$/.test(start) ? bootedAt + Number(start) * msPerTick : undefined),
    list: () => {
      try {
        return list()
      } catch {
        return []
      }
    },
    readEnvironment(pid) {
      try {
        return readStrings(pid, 'environ')
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        return code === 'EACCES' || code === 'EPERM' || code === 'ERR_ACCESS_DENIED' ? 'denied' : undefined
      }
    },
    readArgv(pid) {
      try {
        const argv = readStrings(pid, 'cmdline')
        return argv.length === 1 && argv[0] === '' ? undefined : argv
      } catch {
        return undefined
      }
    },
    isOwn(pid) {
      try {
        const ids = /^Uid:\s+(\d+)\s+(\d+)\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
        const own = process.geteuid?.()
        return ids?.slice(1).every((id) => Number(id) === own) === true
      } catch {
        return false
      }
    },
    readCwd(pid) {
      try {
        return readlinkSync(`/proc/${pid}/cwd`)
      } catch {
        return undefined
      }
    },
    readSockets(pid) {
      try {
        return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
          const inode = readSocketInode(pid, descriptor)
          return inode === undefined ? [] : [inode]
        })
      } catch {
        return undefined
      }
    },
    readWaits,
    countSleeps(pid) {
      try {
        return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
      } catch {
        return 0
      }
    },
    readThreads(pid) {
      try {
        return readdirSync(`/proc/${pid}/task`).map(Number)
      } catch {
        return undefined
      }
    },
  }
}
