import { testRule } from './rule-tester.ts'

const imports = `import { spawn, fork } from 'node:child_process'\n`
const server = `${imports}const server = spawn('node', ['server.js'], { stdio: 'ignore' })\n`
const wrapper = `${imports}const child = spawn('node', ['x'], { stdio: 'inherit' })\nchild.on('exit', (code) => process.exit(code ?? 1))\n`

testRule('no-swallowed-signal', {
  valid: [
    { name: 'passed on', code: `${wrapper}process.on('SIGTERM', () => child.kill('SIGTERM'))` },
    {
      name: 'passed on by the list',
      code: `${wrapper}for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name))`,
    },
    {
      name: 'stopped before the exit',
      code: `${server}process.on('SIGTERM', () => { server.kill(); process.exit(0) })`,
    },
    {
      name: 'stopped by another listener',
      code: `${server}process.on('SIGTERM', stop)\nfunction stop() { server.kill() }\nprocess.on('SIGTERM', () => process.exit(0))`,
    },
    {
      name: 'stopped when the program exits',
      code: `${server}process.on('exit', () => server.kill())\nprocess.on('SIGTERM', () => process.exit(0))`,
    },
    {
      name: 'a hook of a package',
      code: `import { onExit } from 'signal-exit'\n${server}onExit(() => server.kill())\nprocess.on('SIGTERM', () => process.exit(0))`,
    },
    { name: 'left to the child of the terminal', code: `${wrapper}process.on('SIGINT', () => {})` },
    {
      name: 'a short child',
      code: `${imports}const c = spawn('git', ['status'])\nc.on('exit', done)\nprocess.on('SIGTERM', () => process.exit(0))`,
    },
    {
      name: 'a child that is waited for',
      code: `import { once } from 'node:events'\n${server}await once(server, 'exit')\nprocess.on('SIGTERM', () => process.exit(0))`,
    },
    { name: 'handed on', code: `${server}register(server)\nprocess.on('SIGTERM', () => process.exit(0))` },
    {
      name: 'a channel that closes',
      code: `${imports}const w = fork('server.js')\nw.on('exit', (code) => process.exit(code))\nprocess.on('SIGTERM', () => process.exit(0))`,
    },
    { name: 'it begins to end', code: `${wrapper}process.on('SIGTERM', () => { stopping = true })` },
    { name: 'it asks other code', code: `${wrapper}process.on('SIGTERM', () => { shutdown() })` },
    {
      name: 'another listener asks other code',
      code: `${wrapper}process.on('SIGTERM', () => console.log('bye'))\nprocess.on('SIGTERM', shutdown)`,
    },
    { name: 'another signal', code: `${wrapper}process.on('SIGUSR2', () => console.log('x'))` },
    { name: 'another emitter', code: `${wrapper}worker.on('SIGTERM', () => process.exit(0))` },
    {
      name: 'exempt',
      code: `${server}process.on('SIGTERM', () => process.exit(0))`,
      options: [{ commands: ['node'] }],
    },
  ],
  invalid: [
    {
      name: 'a wrapper that leaves',
      code: `${wrapper}process.on('SIGTERM', () => process.exit(143))`,
      errors: [
        {
          messageId: 'leavesChild',
          data: { call: "spawn('node')", event: 'SIGTERM', line: '4' },
          line: 2,
          column: 15,
          endLine: 2,
          endColumn: 20,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: `${wrapper}process.on('SIGTERM', () => { child.kill(); process.exit(143) })`,
            },
          ],
        },
      ],
    },
    {
      name: 'a server that is left, by a function for several signals',
      code: `${server}function leave() {\n  console.log('bye')\n  process.exit(0)\n}\nfor (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => leave())`,
      errors: [
        {
          messageId: 'leavesChild',
          data: { call: "spawn('node')", event: 'SIGTERM', line: '7' },
          line: 2,
          column: 16,
          suggestions: [
            {
              messageId: 'suggestKill',
              output: `${server}function leave() {\n  console.log('bye')\n  server.kill()\n  process.exit(0)\n}\nfor (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => leave())`,
            },
          ],
        },
      ],
    },
    {
      name: 'stopped for another signal',
      code: `${server}process.on('SIGINT', () => { server.kill(); process.exit(0) })\nprocess.on('SIGTERM', process.exit)`,
      errors: [
        {
          messageId: 'leavesChild',
          data: { call: "spawn('node')", event: 'SIGTERM', line: '4' },
          line: 2,
          column: 16,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'a wrapper that only says so',
      code: `${wrapper}process.on('SIGTERM', () => {\n  console.log('SIGTERM')\n})`,
      errors: [
        {
          messageId: 'ignoresSignal',
          data: { call: "spawn('node')", event: 'SIGTERM', line: '4' },
          line: 2,
          column: 15,
          suggestions: [
            {
              messageId: 'suggestPass',
              output: `${wrapper}process.on('SIGTERM', () => {\n  child.kill('SIGTERM')\n  console.log('SIGTERM')\n})`,
            },
          ],
        },
      ],
    },
    {
      name: 'a wrapper that does nothing',
      code: `${wrapper}process.on('SIGTERM', function () {})`,
      errors: [
        {
          messageId: 'ignoresSignal',
          data: { call: "spawn('node')", event: 'SIGTERM', line: '4' },
          line: 2,
          column: 15,
          suggestions: [
            {
              messageId: 'suggestPass',
              output: `${wrapper}process.on('SIGTERM', function () { child.kill('SIGTERM') })`,
            },
          ],
        },
      ],
    },
  ],
})
