import { testRule } from './rule-tester.ts'

const imports = `import { spawn, fork } from 'node:child_process'\n`
const both = '`stdout` and `stderr`'

testRule('no-undrained-pipe', {
  valid: [
    { name: 'data', code: `${imports}spawn('x').stdout.on('data', f)` },
    { name: 'resume', code: `${imports}const c = spawn('x'); c.stderr.resume()` },
    { name: 'pipe', code: `${imports}const { stdout } = spawn('x'); stdout.pipe(process.stdout)` },
    { name: 'closed on our side', code: `${imports}const c = spawn('x'); c.stdout.destroy()` },
    { name: 'ignored', code: `${imports}spawn('x', [], { stdio: 'ignore' })` },
    {
      name: 'one is chosen and read, the other is not chosen',
      code: `${imports}spawn('x', [], { stdio: ['ignore', 'pipe'] }).stdout.resume()`,
    },
    { name: 'perhaps no pipe', code: `${imports}export function f(stdio) { spawn('x', [], { stdio }) }` },
    { name: 'a fork inherits', code: `${imports}fork('x')` },
    { name: 'killed', code: `${imports}const c = spawn('x'); c.kill()` },
    { name: 'exec collects', code: `import { exec } from 'child_process'; exec('x')` },
    { name: 'a command that prints a line at most', code: `${imports}spawn('which', ['git'])` },
    { name: 'one default slot', code: `${imports}spawn('x').stdout.resume()` },
    { name: 'an exempt command', code: `${imports}spawn('x')`, options: [{ commands: ['x'] }] },
  ],
  invalid: [
    {
      name: 'both by default',
      code: `${imports}spawn('x', args)`,
      errors: [
        {
          messageId: 'neverDrained',
          data: { call: "spawn('x')", streams: both },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: `${imports}spawn('x', args, { stdio: ['pipe', 'ignore', 'ignore'] })`,
            },
            {
              messageId: 'suggestInherit',
              output: `${imports}spawn('x', args, { stdio: ['pipe', 'inherit', 'inherit'] })`,
            },
          ],
        },
      ],
    },
    {
      name: 'both by one word, with listeners that read nothing',
      code: `${imports}const c = spawn('x', [], { cwd, stdio: 'pipe' })\nc.stdout.setEncoding('utf8')\nc.stdout.on('end', f)`,
      errors: [
        {
          messageId: 'neverDrained',
          data: { call: "spawn('x')", streams: both },
          line: 2,
          column: 11,
          endLine: 2,
          endColumn: 16,
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: `${imports}const c = spawn('x', [], { cwd, stdio: ['pipe', 'ignore', 'ignore'] })\nc.stdout.setEncoding('utf8')\nc.stdout.on('end', f)`,
            },
            {
              messageId: 'suggestInherit',
              output: `${imports}const c = spawn('x', [], { cwd, stdio: ['pipe', 'inherit', 'inherit'] })\nc.stdout.setEncoding('utf8')\nc.stdout.on('end', f)`,
            },
          ],
        },
      ],
    },
    {
      name: 'one that is chosen',
      code: `${imports}const c = spawn('x', [], { stdio: ['ignore', 'inherit', 'pipe'] })`,
      errors: [
        {
          messageId: 'neverDrained',
          data: { call: "spawn('x')", streams: '`stderr`' },
          line: 2,
          column: 11,
          endLine: 2,
          endColumn: 16,
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: `${imports}const c = spawn('x', [], { stdio: ['ignore', 'inherit', 'ignore'] })`,
            },
            {
              messageId: 'suggestInherit',
              output: `${imports}const c = spawn('x', [], { stdio: ['ignore', 'inherit', 'inherit'] })`,
            },
          ],
        },
      ],
    },
    {
      name: 'on one path only',
      code: `${imports}export function f(verbose) {\n  const c = spawn('x', [], {\n    stdio: ['ignore', 'pipe', 'inherit'],\n  })\n  if (verbose) c.stdout.pipe(process.stdout)\n}`,
      errors: [
        {
          messageId: 'notDrainedOnPath',
          data: { call: "spawn('x')", streams: '`stdout`', line: '7' },
          line: 3,
          column: 13,
          endLine: 3,
          endColumn: 18,
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: `${imports}export function f(verbose) {\n  const c = spawn('x', [], {\n    stdio: ['ignore', 'ignore', 'inherit'],\n  })\n  if (verbose) c.stdout.pipe(process.stdout)\n}`,
            },
            {
              messageId: 'suggestInherit',
              output: `${imports}export function f(verbose) {\n  const c = spawn('x', [], {\n    stdio: ['ignore', 'inherit', 'inherit'],\n  })\n  if (verbose) c.stdout.pipe(process.stdout)\n}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a silent fork',
      code: `${imports}const c = fork('x', [], { silent: true })`,
      errors: [
        {
          messageId: 'neverDrained',
          data: { call: "fork('x')", streams: both },
          line: 2,
          column: 11,
          endLine: 2,
          endColumn: 15,
        },
      ],
    },
    {
      name: 'strict: one by default',
      code: `${imports}spawn('x', [], { cwd }).stdout.resume()`,
      options: [{ single: true }],
      errors: [
        {
          messageId: 'neverDrained',
          data: { call: "spawn('x')", streams: '`stderr`' },
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 6,
          suggestions: [
            {
              messageId: 'suggestIgnore',
              output: `${imports}spawn('x', [], { cwd, stdio: ['pipe', 'pipe', 'ignore'] }).stdout.resume()`,
            },
            {
              messageId: 'suggestInherit',
              output: `${imports}spawn('x', [], { cwd, stdio: ['pipe', 'pipe', 'inherit'] }).stdout.resume()`,
            },
          ],
        },
      ],
    },
  ],
})
