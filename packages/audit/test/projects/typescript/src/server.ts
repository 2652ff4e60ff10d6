import { type ChildProcess, spawn } from 'node:child_process'

export class Server {
  child: ChildProcess | undefined

  start(): void {
    this.child = spawn('node', ['server.js'])
    this.child.on('error', console.error)
  }
}
