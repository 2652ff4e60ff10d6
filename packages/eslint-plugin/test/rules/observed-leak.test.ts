import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { testRule } from './rule-tester.ts'

// it was written on another machine, in another folder
const report = fileURLToPath(new URL('fixtures/observed-leak.json', import.meta.url))
const options = [{ report }]
const at = (file: string): { filename: string; options: { report: string }[] } => ({
  filename: path.join(process.cwd(), file),
  options,
})
const imports = `import { exec, execFile, spawn } from 'node:child_process'\n`
const serve = `${imports}\nexport function serve() {\n  const server = spawn('node', ['server.js'])\n  return server\n}`

testRule('observed-leak', {
  valid: [
    {
      name: 'no report',
      code: serve,
      filename: path.join(process.cwd(), 'src/serve.mjs'),
      options: [{ report: 'missing.json' }],
    },
    { name: 'no report, by default', code: serve, filename: path.join(process.cwd(), 'src/serve.mjs') },
    { name: 'another file', code: serve, ...at('src/other.mjs') },
    { name: 'a file of the same name in another folder', code: serve, ...at('serve.mjs') },
    { name: 'the line starts nothing any more', code: `${imports}\n\nlog(spawn)`, ...at('src/serve.mjs') },
    {
      name: 'the line starts another child, by another function',
      code: serve.replace('spawn(', 'execFile('),
      ...at('src/serve.mjs'),
    },
    {
      name: 'the line has come into a callback',
      code: `${imports}\nspawn('make').on('close', () => {\n  console.log(spawn)\n})`,
      ...at('src/serve.mjs'),
    },
    {
      name: 'two starts in the line, neither of them there',
      code: `${imports}\n\n[spawn('a'), 0, 0, 0, spawn('b')]`,
      ...at('src/serve.mjs'),
    },
    {
      name: 'the call has come around it by its callback',
      code: `exec('a', () => {\nlog()\n})\n${imports}`,
      ...at('src/run it.mjs'),
    },
    { name: 'it failed, and was not left behind', code: `${imports}spawn('false')`, ...at('src/fails.mjs') },
  ],
  invalid: [
    {
      name: 'the very call',
      code: serve,
      ...at('src/serve.mjs'),
      errors: [
        {
          messageId: 'observed',
          data: {
            call: "spawn('node')",
            code: 'leaked-child',
            date: ' on 2026-11-30',
            test: ` in the test 'answers'`,
            times: ', 2 times',
          },
          line: 4,
          column: 18,
          endLine: 4,
          endColumn: 23,
          suggestions: 0,
        },
      ],
    },
    {
      name: 'the call around the position',
      code: `${imports}\nconst children = list.map((name) =>\n  start(name, 1, spawn('node', [name])))`,
      ...at('src/serve.mjs'),
      errors: [{ messageId: 'observed', line: 4, column: 18 }],
    },
    {
      name: 'a call over several lines',
      code: `${imports}\nconst child = spawn('node', [\n  'server.js', 'port', 'host',\n])`,
      ...at('src/serve.mjs'),
      errors: [{ messageId: 'observed', line: 3, column: 15 }],
    },
    {
      name: 'the only one of the line, where columns differ',
      code: `${imports}\n\nspawn('node')`,
      ...at('src/serve.mjs'),
      errors: [{ messageId: 'observed', line: 4, column: 1 }],
    },
    {
      name: 'a URL',
      code: `${imports}exec('serve &')`,
      ...at('src/run it.mjs'),
      errors: [
        {
          messageId: 'observed',
          data: { call: "exec('serve')", code: 'orphan-descendant', date: ' on 2026-11-30', test: '', times: '' },
          line: 2,
          column: 1,
        },
      ],
    },
  ],
})
