import { type ChildProcess, spawn } from 'node:child_process'

export function startTool(name: string, args: string[]): ChildProcess {
  return spawn(name, args)
}
