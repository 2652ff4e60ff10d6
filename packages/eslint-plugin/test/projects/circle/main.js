import { spawn } from 'child_process'
import { loop, startA } from './a.js'
import { observe } from './self.js'

startA(3).on('exit', console.log) // reports require-error-listener
loop('x').on('exit', console.log)
observe(spawn('y', { stdio: 'inherit' }))
