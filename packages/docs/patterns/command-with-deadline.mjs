import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs a command that may take at most `deadlineMs`; then it is ended, with everything that it has started.
 * Rejects if it cannot be started, fails, or is ended. Not for Windows, which has no process groups.
 */
export async function runWithDeadline(file, args, { deadlineMs, graceMs = 2_000 }) {
  // `detached` makes the child the leader of a process group: a signal to the group reaches what it starts, too
  const child = spawn(file, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'exit')
  let isLate = false
  const deadline = setTimeout(() => {
    isLate = true
    process.kill(-child.pid, 'SIGTERM')
  }, deadlineMs)
  const lastResort = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), deadlineMs + graceMs)
  try {
    const [code, signal] = await ended
    if (isLate) throw new Error(`${file} was ended after ${deadlineMs} ms`)
    if (code !== 0) throw new Error(`${file} ended with ${code ?? signal}`)
  } finally {
    clearTimeout(deadline)
    clearTimeout(lastResort)
    if (isLate) await endGroup(child.pid, graceMs)
  }
}

/** The leader has gone; whatever is left of its group gets the rest of the grace, then SIGKILL. */
async function endGroup(leader, graceMs) {
  for (let waited = 0; isAlive(leader) && waited < graceMs; waited += 20) await delay(20)
  if (isAlive(leader)) process.kill(-leader, 'SIGKILL')
}

function isAlive(leader) {
  try {
    return process.kill(-leader, 0)
  } catch {
    return false
  }
}

await runWithDeadline('sh', ['-c', 'echo done'], { deadlineMs: 10_000 })
// the shell would end alone at its limit, and leave `sleep` behind
await runWithDeadline('sh', ['-c', 'sleep 60; true'], { deadlineMs: 300 }).catch((error) => console.log(error.message))
