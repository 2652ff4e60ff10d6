import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\nimport { once } from 'node:events'\nimport fs from 'node:fs'\n`
const restart = (before: string): string =>
  `${imports}let server\nexport async function restart() {\n${before}\n  server = spawn('node', ['server.js'])\n}`
const owner = (body: string): string =>
  `${imports}export class Server {\n  #child\n  start() {\n    this.#child = spawn('node', ['server.js'])\n  }\n${body}\n}`
const recorder = (body: string): string =>
  `${imports}export function run(dir) {\n  const child = spawn('rec', [dir])\n  return async () => {\n${body}\n  }\n}`

testRule('require-await-after-kill', {
  valid: [
    { name: 'waited for', code: restart(`  server.kill()\n  await once(server, 'exit')`) },
    {
      name: 'waited for by a promise made before',
      code: restart(`  const end = once(server, 'exit')\n  server.kill()\n  await end`),
    },
    { name: 'some time later', code: restart(`  server.kill()\n  await sleep(500)`) },
    { name: 'killed for certain', code: restart(`  server.kill('SIGKILL')`) },
    { name: 'a signal of its own', code: restart(`  server.kill('SIGUSR2')`) },
    { name: 'a signal out of sight', code: restart(`  server.kill(signal)`) },
    { name: 'no kill on the way', code: restart(`  if (server) {\n    server.kill()\n    return\n  }`) },
    {
      name: 'a program that holds nothing',
      code: `${imports}let player\nexport function play(file) {\n  player?.kill()\n  player = spawn('mpv', [file])\n}`,
    },
    {
      name: 'a method that waits',
      code: owner(
        `  async stop() {\n    this.#child.kill()\n    await once(this.#child, 'exit')\n  }\n  async restart() {\n    await this.stop()\n    this.start()\n  }`,
      ),
    },
    {
      name: 'a method that gives a promise',
      code: owner(
        `  stop() {\n    this.#child.kill()\n    return once(this.#child, 'exit')\n  }\n  async restart() {\n    await this.stop()\n    this.start()\n  }`,
      ),
    },
    {
      name: 'started again when it has ended',
      code: owner(`  restart() {\n    this.#child.once('exit', () => this.start())\n    this.#child.kill()\n  }`),
    },
    { name: 'another folder', code: recorder(`    child.kill()\n    fs.rmSync(other)`) },
    {
      name: 'removed when it has ended',
      code: recorder(`    child.kill()\n    await once(child, 'exit')\n    fs.rmSync(dir)`),
    },
    { name: 'removed in its listener', code: recorder(`    child.on('exit', () => fs.rmSync(dir))\n    child.kill()`) },
    { name: 'removed before', code: recorder(`    fs.rmSync(dir)\n    child.kill()`) },
    {
      name: 'settled when it has ended',
      code: `${imports}const child = spawn('x')\nexport const stop = () => new Promise((resolve) => {\n  child.once('exit', () => resolve())\n  child.kill()\n})`,
    },
    {
      name: 'settled with a result',
      code: `${imports}const child = spawn('x')\nexport const stop = () => new Promise((resolve) => {\n  child.kill()\n  resolve(true)\n})`,
    },
    {
      name: 'settled by what is no stop',
      code: `${imports}const child = spawn('x')\nexport const reload = () => new Promise((resolve) => {\n  child.kill()\n  resolve()\n})`,
    },
    {
      name: 'said when it has ended',
      code: `${imports}const child = spawn('x')\nexport function stop() {\n  child.on('exit', () => console.log('stopped'))\n  child.kill()\n}`,
    },
    {
      name: 'said what is done',
      code: `${imports}const child = spawn('x')\nexport function stop() {\n  child.kill()\n  console.log('stopping')\n}`,
    },
    { name: 'exempt', code: restart(`  server.kill()`), options: [{ commands: ['node'] }] },
  ],
  invalid: [
    {
      name: 'started again at once',
      code: restart(`  server.kill()`),
      errors: [
        {
          messageId: 'restartsEarly',
          data: { call: "spawn('node')", kill: '6' },
          line: 7,
          column: 12,
          endLine: 7,
          endColumn: 17,
          suggestions: [
            {
              messageId: 'suggestWait',
              output: restart(
                `  server.kill()\n  if (server.exitCode === null && server.signalCode === null) await new Promise((resolve) => server.once('exit', resolve))`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'through methods, one of which is awaited and does not wait',
      code: owner(
        `  async stop() {\n    this.#child?.kill()\n  }\n  async restart() {\n    await this.stop()\n    this.start()\n  }`,
      ),
      errors: [
        {
          messageId: 'restartsEarly',
          data: { call: "spawn('node')", kill: '10' },
          line: 7,
          column: 19,
          suggestions: [
            {
              messageId: 'suggestWait',
              output: owner(
                `  async stop() {\n    this.#child?.kill()\n    if (this.#child?.exitCode === null && this.#child.signalCode === null) await new Promise((resolve) => this.#child.once('exit', resolve))\n  }\n  async restart() {\n    await this.stop()\n    this.start()\n  }`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'its folder is removed',
      code: recorder(`    process.kill(child.pid, 'SIGINT')\n    fs.rmSync(dir, { recursive: true })`),
      errors: [
        {
          messageId: 'removesEarly',
          data: { call: "spawn('rec')", kill: '7', line: '8' },
          line: 5,
          column: 17,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'a promise that says so',
      code: `${imports}const child = spawn('x')\nexport const stop = () => new Promise((resolve) => {\n  child.kill()\n  resolve()\n})`,
      errors: [
        {
          messageId: 'settlesEarly',
          data: { call: "spawn('x')", kill: '6', line: '7' },
          line: 4,
          column: 15,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'a callback that says so',
      code: `${imports}const child = spawn('x')\nexport function shutdown(callback) {\n  child.kill()\n  callback(null)\n}`,
      errors: [
        {
          messageId: 'settlesEarly',
          data: { call: "spawn('x')", kill: '6', line: '7' },
          line: 4,
          column: 15,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'a message that says so',
      code: `${imports}const child = spawn('x')\nexport function end() {\n  child.kill()\n  console.log('The server has stopped')\n}`,
      errors: [
        {
          messageId: 'reportsEarly',
          data: { call: "spawn('x')", kill: '6', line: '7' },
          line: 4,
          column: 15,
          suggestions: 0,
        },
      ],
    },
  ],
})
