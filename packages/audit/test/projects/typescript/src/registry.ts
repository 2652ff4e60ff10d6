import { type ChildProcess, spawn } from 'node:child_process'

export const workers = new Set<ChildProcess>()

export function startWorker(): void {
  const worker = spawn('worker', [])
  worker.on('error', console.error)
  workers.add(worker)
  worker.on('exit', () => workers.delete(worker))
}
