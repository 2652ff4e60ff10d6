require('child_process')
const start = require('./lib/start')
const { first, third } = require('./lib/named')
const whole = require('./lib/whole.js')
const lib_1 = require('./lib')

start('a').on('exit', console.log) // reports require-error-listener
first('b').on('exit', console.log) // reports require-error-listener
third('c').kill() // reports no-floating-child
whole.run('d').on('exit', console.log) // reports require-error-listener
whole.nested.run('e').kill() // reports no-floating-child
whole.again('f').on('exit', console.log) // reports require-error-listener
;(0, lib_1.run)('g').on('exit', console.log) // reports require-error-listener
;(0, lib_1.third)('h').kill() // reports no-floating-child
lib_1.default('i').on('exit', console.log) // reports require-error-listener

const conditional = require('./lib/conditional')
conditional.start('k').on('exit', console.log)
conditional.other('l').on('exit', console.log) // reports require-error-listener

const child = start('j') // reports require-error-listener
whole.wait(child)
