import 'child_process'
import start from './lib/start.js'
import whole, { run } from './lib/whole.js'
import { third } from './lib/named.js'

start('a').on('exit', console.log) // reports require-error-listener
whole.run('b').on('exit', console.log) // reports require-error-listener
run('c').on('exit', console.log) // reports require-error-listener
third('d').kill() // reports no-floating-child
