import type { ChildProcess } from 'node:child_process'
import { run, spawn } from './processes.ts'

export const child: ChildProcess = spawn('a')
spawn('b')
run('c')
