import { type ChildProcess, spawn } from 'node:child_process'

export interface Server {
  readonly child: ChildProcess
}

export class Unrelated {}

export function start(command: string): Server {
  const child = spawn(command, { stdio: 'inherit' }) satisfies ChildProcess
  return { child } as const
}

export function overloaded(command: string): ChildProcess
export function overloaded(command: string, args?: string[]): ChildProcess {
  return spawn(command, args ?? [])
}
