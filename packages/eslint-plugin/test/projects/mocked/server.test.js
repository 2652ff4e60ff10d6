import 'child_process'
import { start } from './server.js'

vi.mock('./server.js')
start('a').kill()
