import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\n`
const starter = (listen: string, before = ''): string =>
  `${imports}let stopping = false\nfunction start() {\n${before}  const child = spawn('x')\n  ${listen}\n}\nstart()`

testRule('no-respawn-without-backoff', {
  valid: [
    { name: 'after a delay', code: starter(`child.on('exit', () => setTimeout(start, 1000))`) },
    { name: 'after a wait', code: starter(`child.on('exit', async () => {\n    await sleep(1000)\n    start()\n  })`) },
    { name: 'counted', code: starter(`child.on('exit', () => {\n    if (failures++ < 5) start()\n  })`) },
    { name: 'counted in the function', code: starter(`child.on('exit', start)`, '  starts += 1\n') },
    {
      name: 'compared with a limit',
      code: starter(`child.on('exit', () => {\n    if (failures < limit) start()\n  })`),
    },
    {
      name: 'by the clock',
      code: starter(`child.on('exit', () => {\n    if (Date.now() - last > 1000) start()\n  })`),
    },
    {
      name: 'asked for by a status',
      code: starter(`child.on('exit', (code) => {\n    if (code === 42) start()\n  })`),
    },
    { name: 'asked for by a function', code: starter(`child.on('exit', () => {\n    if (mayRestart()) start()\n  })`) },
    {
      name: 'the next job',
      code: `${imports}function next() {\n  const job = queue.shift()\n  if (!job) return\n  const child = spawn('x', [job])\n  child.on('exit', next)\n}`,
    },
    {
      name: 'the next file',
      code: `${imports}function run(list) {\n  const child = spawn('x', [list[0]])\n  child.on('exit', () => run(list.slice(1)))\n}`,
    },
    { name: 'started by somebody else', code: starter(`child.on('exit', () => events.emit('ended'))`) },
    { name: 'when it has started', code: starter(`child.on('spawn', start)`) },
    { name: 'another function', code: starter(`child.on('exit', other)`) },
    { name: 'exempt', code: starter(`child.on('exit', start)`), options: [{ commands: ['x'] }] },
  ],
  invalid: [
    {
      name: 'the function itself',
      code: starter(`child.on('exit', start)`),
      errors: [
        {
          messageId: 'crashLoop',
          data: { call: "spawn('x')", event: 'exit', line: '5' },
          line: 4,
          column: 17,
          endLine: 4,
          endColumn: 22,
          suggestions: [
            { messageId: 'suggestDelay', output: starter(`child.on('exit', () => setTimeout(start, 1000))`) },
          ],
        },
      ],
    },
    {
      name: 'unless it is meant to end',
      code: starter(`child.on('close', (code) => {\n    if (!stopping && code !== 0) start()\n  })`),
      errors: [
        {
          messageId: 'crashLoop',
          data: { call: "spawn('x')", event: 'close', line: '5' },
          line: 4,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestDelay',
              output: starter(
                `child.on('close', (code) => {\n    if (!stopping && code !== 0) setTimeout(() => start(), 1000)\n  })`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'a method of the class',
      code: `${imports}export class Supervisor {\n  #child\n  start() {\n    this.#child = spawn('x')\n    this.#child.on('exit', () => {\n      if (this.stopped) return\n      this.start()\n    })\n  }\n}`,
      errors: [
        {
          messageId: 'crashLoop',
          data: { call: "spawn('x')", event: 'exit', line: '6' },
          line: 5,
          column: 19,
          suggestions: [
            {
              messageId: 'suggestDelay',
              output: `${imports}export class Supervisor {\n  #child\n  start() {\n    this.#child = spawn('x')\n    this.#child.on('exit', () => {\n      if (this.stopped) return\n      setTimeout(() => this.start(), 1000)\n    })\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'through another function',
      code: `${imports}function start(file) {\n  const child = spawn('x', [file])\n  child.on('exit', () => {\n    console.log('again')\n    restart(file)\n  })\n}\nfunction restart(file) {\n  start(file)\n}\nstart('a')`,
      errors: [
        {
          messageId: 'crashLoop',
          data: { call: "spawn('x')", event: 'exit', line: '4' },
          line: 3,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestDelay',
              output: `${imports}function start(file) {\n  const child = spawn('x', [file])\n  child.on('exit', () => {\n    console.log('again')\n    setTimeout(() => restart(file), 1000)\n  })\n}\nfunction restart(file) {\n  start(file)\n}\nstart('a')`,
            },
          ],
        },
      ],
    },
  ],
})
