import { startWorker } from './registry.js'
import { Server } from './server.js'
import './shutdown.js'
import { stopServer } from './stop-server.js'
import { watch } from './watcher.js'

const server = new Server()
server.start()
startWorker()
watch('src')
process.on('SIGINT', () => stopServer(server))
