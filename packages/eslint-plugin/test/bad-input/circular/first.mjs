import { spawn } from 'node:child_process'
import { watch } from './second.mjs'
export * from './second.mjs'

export const start = (name) => watch(spawn(name, { stdio: 'ignore' }))
