import { describe, expect, it } from 'vitest'
import { parseHandles } from '../../src/handles/parseHandles.ts'

const listing = `There are 7 handle(s) keeping the process running.

# TCPSERVERWRAP
node_modules/express/lib/application.js:635 - return server.listen.apply(server, args)
src/a b.js:12                               - app.listen(0)

# TCPWRAP
src/a b.js:12 - app.listen(0)

# Timeout
/elsewhere/node_modules/pool/index.js:9 - setInterval(reap, 1000)

# TTYWRAP
src/log.js:3 - process.stdout.write(text)

# TickObject
(unknown stack trace)

# Timeout
guard/handles.cjs:4 - setTimeout(look)

# TCPWRAP
(unknown stack trace)`.split('\n')

describe('what why-is-node-running prints', () => {
  const groups = parseHandles(listing, ['TCPServerWrap', 'TCPSocketWrap', 'Timeout'], (file) =>
    file.startsWith('guard/'),
  )

  it('is told by the lines of the project, those of libraries last', () => {
    expect(groups.map(({ types, ...group }) => ({ types: Object.fromEntries(types), ...group }))).toEqual([
      { types: { TCPSERVERWRAP: 1, TCPWRAP: 1 }, site: 'src/a b.js:12', code: 'app.listen(0)', isForeign: false },
      {
        types: { Timeout: 1 },
        site: '/elsewhere/node_modules/pool/index.js:9',
        code: 'setInterval(reap, 1000)',
        isForeign: true,
      },
      { types: { TCPWRAP: 1 }, site: null, code: null, isForeign: true },
    ])
  })

  it('loses what Node does not list as active', () => {
    expect(parseHandles(listing, [], () => false).map(({ site }) => site)).toEqual([])
    expect(parseHandles(listing, ['TTYWrap'], () => false).map(({ site }) => site)).toEqual(['src/log.js:3'])
  })
})
