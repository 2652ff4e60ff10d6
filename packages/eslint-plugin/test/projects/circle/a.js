import { spawn } from 'child_process'
import { startB } from './b.js'

export { loop } from './b.js'
export const startA = (n) => (n > 0 ? startB(n - 1) : spawn('a', { stdio: 'inherit' }))

startB(1).on('exit', console.log) // reports require-error-listener
