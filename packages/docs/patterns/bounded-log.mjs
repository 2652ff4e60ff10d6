import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Runs a command and writes its output to a file, line by line and with the time. Nothing piles up in memory: when the disk is
 * slow, `pipeline` stops reading, the pipe fills, and the child waits.
 */
export async function logOutput(file, args, logFile, { timeout = 60_000 } = {}) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout, killSignal: 'SIGKILL' })
  // asked for in the same step as the start: neither a failed start nor an early end is missed
  const closed = once(child, 'close')
  const [[code, signal]] = await Promise.all([
    closed,
    pipeline(Readable.from(stampLines(child.stdout)), createWriteStream(logFile, { flags: 'a' })),
  ])
  if (code !== 0) throw new Error(`${file} ended with ${code ?? signal}`)
}

async function* stampLines(stream) {
  for await (const line of createInterface({ input: stream })) yield `${new Date().toISOString()} ${line}\n`
}

const folder = await mkdtemp(path.join(tmpdir(), 'log-'))
const logFile = path.join(folder, 'job.log')
try {
  await logOutput(process.execPath, ['-e', 'for (let i = 0; i < 20000; i++) console.log(`row ${i}`)'], logFile)
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n')
  console.log(`${lines.length} lines, the last one: ${lines.at(-1).slice(25)}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
