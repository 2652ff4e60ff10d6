import { spawn } from 'child_process'
import { startA } from './a.js'

export { loop } from './a.js'
export const startB = (n) => (n > 0 ? startA(n - 1) : spawn('b', { stdio: 'inherit' }))
