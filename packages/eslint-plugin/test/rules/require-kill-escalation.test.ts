import { testRule } from './rule-tester.ts'

const imports = `import { spawn } from 'node:child_process'\nimport { once } from 'node:events'\nimport { setTimeout as sleep } from 'node:timers/promises'\n`
/** The body of a stop, from line 8 on. */
const stop = (body: string): string =>
  `${imports}export function open(isGraceful) {\n  const child = spawn('x')\n  child.on('error', console.error)\n  return async () => {\n${body}\n  }\n}`
const later = (test: string): string => `    setTimeout(() => { ${test} }, 5000)`

testRule('require-kill-escalation', {
  valid: [
    {
      name: 'asks whether it has ended',
      code: stop(
        `    child.kill()\n${later(`if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')`)}`,
      ),
    },
    {
      name: 'asks a variable of its own',
      code: stop(
        `    let isAlive = true\n    child.once('exit', () => { isAlive = false })\n    child.kill()\n${later(`if (isAlive) child.kill('SIGKILL')`)}`,
      ),
    },
    { name: 'asks nothing', code: stop(`    child.kill()\n${later(`child.kill('SIGKILL')`)}`) },
    {
      name: 'sent all the same while it runs',
      code: stop(`    child.kill()\n${later(`if (!child.killed || child.exitCode === null) child.kill('SIGKILL')`)}`),
    },
    {
      name: 'signalled by pid first, which does not set `killed`',
      code: stop(`    process.kill(child.pid)\n${later(`if (!child.killed) child.kill('SIGKILL')`)}`),
    },
    { name: 'not signalled before', code: stop(later(`if (!child.killed) child.kill('SIGKILL')`)) },
    {
      name: 'signalled on another path',
      code: stop(
        `    if (isGraceful) {\n      child.kill()\n      return\n    }\n${later(`if (!child.killed) child.kill('SIGKILL')`)}`,
      ),
    },
    {
      name: 'kills at most once, by whichever way',
      code: stop(
        `    if (isGraceful && !child.killed) child.kill()\n  }\n  function abort() {\n    if (!child.killed) child.kill('SIGKILL')`,
      ),
    },
    {
      name: 'twice the same signal',
      code: stop(`    child.kill('SIGKILL')\n${later(`if (!child.killed) child.kill('SIGKILL')`)}`),
    },
    {
      name: 'no second step in between',
      code: stop(`    child.kill()\n    if (!child.killed) child.kill('SIGKILL')`),
    },
    {
      name: 'long-lived, and killed in the end',
      code: `${imports}export class Server {\n  open() { this.child = spawn('x') }\n  close() { this.child.kill(); setTimeout(() => this.child.kill('SIGKILL'), 5000) }\n}`,
      options: [{ always: true }],
    },
    {
      name: 'over soon',
      code: stop(`    child.kill()`),
      options: [{ always: true }],
    },
    {
      name: 'a signal that is not known',
      code: `${imports}export class Server {\n  open() { this.child = spawn('x') }\n  close(signal) { this.child.kill(signal) }\n}`,
      options: [{ always: true }],
    },
    {
      name: 'long-lived, without the option',
      code: `${imports}export class Server {\n  open() { this.child = spawn('x') }\n  close() { this.child.kill() }\n}`,
    },
    {
      name: 'an exempt command',
      code: stop(`    child.kill()\n${later(`if (!child.killed) child.kill('SIGKILL')`)}`),
      options: [{ commands: ['x'] }],
    },
  ],
  invalid: [
    {
      name: 'in a timer',
      code: stop(`    child.kill()\n${later(`if (!child.killed) child.kill('SIGKILL')`)}`),
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '8', line: '9' },
          line: 5,
          column: 17,
          endLine: 5,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestExitCode',
              output: stop(
                `    child.kill()\n${later(`if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')`)}`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'in a timer that is set before the first signal',
      code: stop(
        `    const timer = setTimeout(() => { if (!child.killed) child.kill('SIGKILL') }, 5000)\n    child.once('exit', () => clearTimeout(timer))\n    child.kill('SIGINT')`,
      ),
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '10', line: '8' },
          line: 5,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'behind a return',
      code: stop(`    child.kill()\n${later(`if (child.killed) return; child.kill(9)`)}`),
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '8', line: '9' },
          line: 5,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestExitCode',
              output: stop(
                `    child.kill()\n${later(`if (child.exitCode !== null || child.signalCode !== null) return; child.kill(9)`)}`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'behind an await',
      code: stop(
        `    child.kill()\n    await Promise.race([once(child, 'exit'), sleep(5000)])\n    if (child.exitCode === null && !child.killed) child.kill('SIGKILL')`,
      ),
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '8', line: '10' },
          line: 5,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'in a `then`',
      code: stop(`    child.kill()\n    sleep(5000).then(() => child.killed || child.kill('SIGKILL'))`),
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '8', line: '9' },
          line: 5,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestExitCode',
              output: stop(
                `    child.kill()\n    sleep(5000).then(() => (child.exitCode !== null || child.signalCode !== null) || child.kill('SIGKILL'))`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'in a promise that waits for the end',
      code: stop(
        `    child.kill()\n    await new Promise((resolve) => {\n      child.once('exit', resolve)\n      setTimeout(() => { if (child?.killed === false) child.kill('SIGKILL') }, 5000)\n    })`,
      ),
      errors: [
        { messageId: 'deadEscalation', data: { call: "spawn('x')", first: '8', line: '11' }, line: 5, column: 17 },
      ],
    },
    {
      name: 'in a class, under the same question',
      code: `${imports}export class Server {\n  open() { this.child = spawn('x') }\n  close() {\n    if (!this.child.killed) {\n      this.child.kill()\n      setTimeout(() => {\n        if (this.child && !this.child.killed) this.child.kill('SIGKILL')\n      }, 5000).unref()\n    }\n  }\n}`,
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '8', line: '10' },
          line: 5,
          column: 25,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'in a function that is handed the child',
      code: stop(
        `    end(child)\n  }\n}\nfunction end(target) {\n  target.kill()\n  setTimeout(() => { if (!target.killed) target.kill('SIGKILL') }, 5000)\n  {`,
      ),
      errors: [
        {
          messageId: 'deadEscalation',
          data: { call: "spawn('x')", first: '12', line: '13' },
          line: 5,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a long-lived child that only gets SIGTERM',
      code: `${imports}export class Server {\n  open() { this.child = spawn('x') }\n  close() { this.child.kill() }\n}`,
      options: [{ always: true }],
      errors: [
        {
          messageId: 'noEscalation',
          data: { call: "spawn('x')", line: '6', signal: 'SIGTERM' },
          line: 5,
          column: 25,
          endLine: 5,
          endColumn: 30,
        },
      ],
    },
  ],
})
