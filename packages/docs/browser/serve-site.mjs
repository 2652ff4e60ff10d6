import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** @param {string} pathname */
function findFile(pathname) {
  const wanted = path.join(dist, path.normalize(pathname))
  const candidates = [wanted, `${wanted}.html`, path.join(wanted, 'index.html')]
  return candidates.find((file) => file.startsWith(dist) && existsSync(file) && statSync(file).isFile())
}

/**
 * Serves the built site on a free port of this machine, without extensions in addresses, as a static host does.
 * @returns {Promise<{address: string, close: () => Promise<void>}>}
 */
export async function serveSite() {
  const server = createServer((request, response) => {
    const file = findFile(decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname))
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
      return
    }
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(undefined))
  })
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
