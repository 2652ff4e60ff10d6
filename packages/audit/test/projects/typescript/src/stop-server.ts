import type { Server } from './server.js'

export function stopServer(server: Server): void {
  const { child } = server
  child?.kill()
}
