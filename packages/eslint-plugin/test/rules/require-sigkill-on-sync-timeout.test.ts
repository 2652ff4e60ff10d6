import { testRule } from './rule-tester.ts'

const sync = `import { execSync, execFileSync, spawn, spawnSync } from 'node:child_process'\n`

testRule('require-sigkill-on-sync-timeout', {
  valid: [
    { name: 'no limit', code: `${sync}execSync('make')` },
    { name: 'SIGKILL', code: `${sync}execSync('make', { timeout: 1000, killSignal: 'SIGKILL' })` },
    { name: 'SIGKILL by number', code: `${sync}execSync('make', { timeout: 1000, killSignal: 9 })` },
    {
      name: 'SIGKILL in options that stand elsewhere',
      code: `${sync}const options = { timeout: 1000, killSignal: 'SIGKILL' }; spawnSync('make', options)`,
    },
    { name: 'a signal that is not known', code: `${sync}execSync('make', { timeout: 1000, killSignal: signal() })` },
    { name: 'options that are not known', code: `${sync}function f(o) { execSync('make', { timeout: 1000, ...o }) }` },
    { name: 'a limit of 0', code: `${sync}execSync('make', { timeout: 0 })` },
    { name: 'a limit that is undefined', code: `${sync}execSync('make', { timeout: undefined })` },
    { name: 'not synchronous', code: `${sync}spawn('make', { timeout: 1000 })` },
    { name: 'a quick command', code: `${sync}execSync('uname -a', { timeout: 1000 })` },
    { name: 'a version', code: `${sync}spawnSync('dart', ['--version'], { timeout: 1000 })` },
    { name: 'a command of Windows', code: `${sync}execFileSync('powershell.exe', ['-c', 'x'], { timeout: 1000 })` },
    { name: 'on Windows only', code: `${sync}if (process.platform === 'win32') execSync('make', { timeout: 1000 })` },
    {
      name: 'an exempt command',
      code: `${sync}execSync('make all', { timeout: 1000 })`,
      options: [{ commands: ['make'] }],
    },
  ],
  invalid: [
    {
      name: 'the default signal',
      code: `${sync}execSync('make', { timeout: 1000 })`,
      errors: [
        {
          messageId: 'ignorableSignal',
          data: { call: "execSync('make')", signal: 'SIGTERM' },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 9,
          suggestions: [
            {
              messageId: 'suggestSigkill',
              output: `${sync}execSync('make', { timeout: 1000, killSignal: 'SIGKILL' })`,
            },
          ],
        },
      ],
    },
    {
      name: 'another signal, by name and by number',
      code: `${sync}spawnSync('make', [], { timeout: 1000, killSignal: 'SIGINT' })\nspawnSync('make', [], { timeout: 1000, killSignal: 15 })`,
      errors: [
        {
          messageId: 'ignorableSignal',
          data: { call: "spawnSync('make')", signal: 'SIGINT' },
          line: 2,
          column: 1,
          suggestions: [
            {
              messageId: 'suggestSigkill',
              output: `${sync}spawnSync('make', [], { timeout: 1000, killSignal: 'SIGKILL' })\nspawnSync('make', [], { timeout: 1000, killSignal: 15 })`,
            },
          ],
        },
        {
          messageId: 'ignorableSignal',
          data: { call: "spawnSync('make')", signal: 'signal 15' },
          line: 3,
          column: 1,
          suggestions: [
            {
              messageId: 'suggestSigkill',
              output: `${sync}spawnSync('make', [], { timeout: 1000, killSignal: 'SIGINT' })\nspawnSync('make', [], { timeout: 1000, killSignal: 'SIGKILL' })`,
            },
          ],
        },
      ],
    },
    {
      name: 'a limit that comes from elsewhere, on lines of its own',
      code: `${sync}function f(timeout) {\n  return execFileSync(file, [], {\n    timeout,\n    encoding: 'utf8',\n  })\n}`,
      errors: [
        {
          messageId: 'ignorableSignal',
          data: { call: 'execFileSync()', signal: 'SIGTERM' },
          line: 3,
          column: 10,
          suggestions: [
            {
              messageId: 'suggestSigkill',
              output: `${sync}function f(timeout) {\n  return execFileSync(file, [], {\n    timeout,\n    encoding: 'utf8',\n    killSignal: 'SIGKILL',\n  })\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'options that stand elsewhere',
      code: `${sync}const options = { timeout: 1000 }; spawnSync('make', options)`,
      errors: [{ messageId: 'ignorableSignal', line: 2, column: 36, suggestions: [] }],
    },
    {
      name: 'another system',
      code: `${sync}if (process.platform !== 'win32') execSync('make', { timeout: 1000 })`,
      errors: [
        {
          messageId: 'ignorableSignal',
          line: 2,
          column: 35,
          suggestions: [
            {
              messageId: 'suggestSigkill',
              output: `${sync}if (process.platform !== 'win32') execSync('make', { timeout: 1000, killSignal: 'SIGKILL' })`,
            },
          ],
        },
      ],
    },
  ],
})
