import { createServer } from 'node:http'

const server = createServer((request, response) => response.end('hello\n'))
server.listen(0, '127.0.0.1', () => console.log(`listening on port ${server.address().port}`))

// A demo must not fill the machine it runs on: the server ends by itself after a minute.
setTimeout(() => process.exit(0), 60_000)
