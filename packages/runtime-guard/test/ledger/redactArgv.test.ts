import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactArgv } from '../../src/ledger/redactArgv.ts'

describe('redactArgv', () => {
  it.each([
    [
      ['curl', '--token=abc123'],
      ['curl', '--token=[redacted]'],
    ],
    [
      ['mysql', '--password', 'hunter2', '-u', 'me'],
      ['mysql', '--password', '[redacted]', '-u', 'me'],
    ],
    [
      ['x', '--db-password=a b'],
      ['x', '--db-password=[redacted]'],
    ],
    [
      ['x', '--apiKey=abc', '--api-key', 'abc'],
      ['x', '--apiKey=[redacted]', '--api-key', '[redacted]'],
    ],
    [
      ['x', '--authToken', 'abc'],
      ['x', '--authToken', '[redacted]'],
    ],
    [
      ['git', 'clone', 'https://me:pw@host/x?a=1'],
      ['git', 'clone', 'https://[redacted]@host/x?a=1'],
    ],
    [
      ['psql', 'postgres://u:p@ss@db/x'],
      ['psql', 'postgres://[redacted]@db/x'],
    ],
    [
      ['curl', 'https://h/?access_token=abc&x=1'],
      ['curl', 'https://h/?access_token=[redacted]&x=1'],
    ],
    [
      ['curl', '-H', 'Authorization: Bearer abc.def'],
      ['curl', '-H', 'Authorization: [redacted]'],
    ],
    [
      ['sh', '-c', 'PGPASSWORD=secret psql --token "a b" -h host'],
      ['sh', '-c', 'PGPASSWORD=[redacted] psql --token [redacted] -h host'],
    ],
    [
      ['npm', 'config', 'set', 'x', 'npm_abcdefghijklmnopqrstuvwxyz'],
      ['npm', 'config', 'set', 'x', '[redacted]'],
    ],
    [
      ['gh', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
      ['gh', '[redacted]'],
    ],
  ])('takes the secret out of %j', (argv, expected) => {
    expect(redactArgv(argv)).toEqual(expected)
  })

  it.each([
    [['node', 'server.js', '--port=3000', '--no-auth']],
    [['llm', '--max-tokens', '100', '--tokenizer=bpe']],
    [['pass', 'show', 'mail']],
    [['git', 'log', '--author=me@host', 'a@b']],
    [['sh', '-c', 'echo monkey=1; sleep 9 && exit 0']],
    [['x', '--token', '--verbose']],
  ])('leaves %j alone', (argv) => {
    expect(redactArgv(argv)).toEqual(argv)
  })

  it('replaces an argument that matches a glob of the settings', () => {
    expect(redactArgv(['deploy', 'customer-17', 'x'], ['customer-*'])).toEqual(['deploy', '[redacted]', 'x'])
  })

  it('never shows the value of an option that is named as a secret, whatever the value', () => {
    const names = fc.constantFrom('--token', '--password', '--client-secret', '--api-key', '--auth-token')
    const value = fc.stringMatching(/^[A-Za-z0-9+/_.~!%]{8,40}$/)
    fc.assert(
      fc.property(names, value, fc.boolean(), fc.boolean(), (name, secret, isJoined, isShell) => {
        const words = isJoined ? [`${name}=${secret}`] : [name, secret]
        const argv = isShell ? ['sh', '-c', `run ${words.join(' ')} && true`] : ['run', ...words, 'last']
        expect(redactArgv(argv).join(' ')).not.toContain(secret)
      }),
    )
  })

  it('never shows the password of a URL', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9:@!$*()_.~-]{8,30}$/)
    fc.assert(
      fc.property(part, (secret) => {
        expect(redactArgv(['x', `https://user:${secret}@host/path`]).join(' ')).not.toContain(secret)
      }),
    )
  })

  it('is bounded and stable: a second pass changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 5000 }), { maxLength: 150 }), (argv) => {
        const once = redactArgv(argv)
        expect(once.length).toBeLessThanOrEqual(101)
        expect(Math.max(0, ...once.map((word) => word.length))).toBeLessThan(20_000)
      }),
    )
    expect(redactArgv(redactArgv(['x', '--token=a', '--password', 'b']))).toEqual([
      ...['x', '--token=[redacted]', '--password', '[redacted]'],
    ])
  })

  it('caps long arguments and long lists', () => {
    const argv = redactArgv(['x', 'y'.repeat(100_000), ...Array.from({ length: 500 }, () => 'z')])
    expect(argv[1]).toBe(`${'y'.repeat(2000)}…`)
    expect(argv).toHaveLength(101)
    expect(argv[100]).toBe('… 402 more')
  })

  it('takes bounded time on hostile text', () => {
    const hostile = [
      'a='.repeat(5000),
      '--'.repeat(5000),
      `x://${'a'.repeat(10_000)}`,
      '"'.repeat(10_000),
      '-a '.repeat(5000),
    ]
    expect(redactArgv(hostile)).toHaveLength(5)
  })
})
