import { spawn } from 'node:child_process'
import { boot } from '@lib/index.js'
import { observe } from '@lib/observe'
import { overloaded, start } from './server.js'
import { start as mapped } from 'server'
import { boot as byFolder } from './lib'

const { child } = start('a') // reports require-error-listener
observe(child)
observe(boot('b').child!) // reports require-error-listener
observe(mapped('c').child as never) // reports require-error-listener
observe(byFolder('d').child) // reports require-error-listener
observe(spawn('e', { stdio: 'ignore' })) // reports require-error-listener
overloaded('f') // reports no-floating-child, no-undrained-pipe, require-error-listener
