import 'child_process'
import { start } from '#start'
import { start as byPattern } from '#src/start.js'
import { start as byName } from '@scope/tool'
import { start as bySubpath } from '@scope/tool/lib/start'
import { start as hidden } from '@scope/tool/lib/private/start'
import { start as foreign } from '#other'
import { start as unknown } from '@scope/tool-of-others'

start('a').on('exit', console.log) // reports require-error-listener
byPattern('b').on('exit', console.log) // reports require-error-listener
byName('c').on('exit', console.log) // reports require-error-listener
bySubpath('d').on('exit', console.log) // reports require-error-listener
hidden('e').on('exit', console.log)
foreign('f').on('exit', console.log)
unknown('g').on('exit', console.log)
