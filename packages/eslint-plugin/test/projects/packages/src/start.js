import { spawn } from 'node:child_process'

export const start = (command) => spawn(command, { stdio: 'inherit' })
