// The notes server: GET /notes lists them, POST /notes adds one.
import { createServer } from 'node:http'

const notes = ['buy milk']

const server = createServer(async (request, response) => {
  console.log(`${request.method} ${request.url}`)
  if (request.method === 'POST') {
    let text = ''
    for await (const chunk of request) text += chunk
    notes.push(text)
    response.statusCode = 201
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(notes))
})
server.listen(Number(process.env.PORT), '127.0.0.1')

// A demo must not fill the machine it runs on: the server ends by itself after a minute.
setTimeout(() => process.exit(0), 60_000)
