import { spawn } from 'child_process'
import { start as missing } from './missing.js'
import { start as syntax } from './syntax.js'
import { start as typed } from './types.ts'
import { start as inner } from '#start'
import { start as folder } from '.'
import { absent } from './main.js'
import data from './package.json' with { type: 'json' }

missing('a').kill()
syntax('b').kill()
typed('c').kill()
inner('d').kill()
folder('e').kill()
absent('f').kill()
data.start('g').kill()
missing(spawn('h'))
syntax(spawn('i'))
