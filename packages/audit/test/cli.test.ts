import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli } from '../src/cli/runCli.ts'
import { writeProject } from './auditFiles.ts'

const PROGRAM = { 'package.json': '{ "private": true, "type": "module" }' }
const LEAK = "import { spawn } from 'node:child_process'\nexport const child = spawn('server')\n"

function run(
  root: string,
  ...args: string[]
): { readonly code: number; readonly stdout: string; readonly stderr: string } {
  let stdout = ''
  let stderr = ''
  const code = runCli(args, {
    cwd: root,
    print: (text) => {
      stdout += text
    },
    warn: (text) => {
      stderr += text
    },
  })
  return { code, stdout, stderr }
}

describe('exit codes', () => {
  test('0: nothing to find', () => {
    const root = writeProject({
      ...PROGRAM,
      'main.js': "import { execSync } from 'node:child_process'\nexecSync('ls')\n",
    })
    expect(run(root)).toEqual({ code: 0, stdout: '1 file, 3 lines: no child process.\n', stderr: '' })
  })

  test('1: a child that nothing ends', () => {
    const { code, stdout } = run(writeProject({ ...PROGRAM, 'main.js': LEAK }))
    expect(code).toBe(1)
    expect(stdout).toBe(
      `main.js:2:22  never-ended  The child that \`spawn()\` starts is kept in \`child\`, and nothing in the project ends it or waits for its end: it outlives the program that stops.
    kept in the variable child (main.js:2:14)
    Mend: Call \`kill()\` on \`child\` where its owner is closed, and when the program exits.

1 file, 3 lines: 1 child: 1 never ended.
`,
    )
  })

  test('3: a file that cannot be parsed, beside others that can', () => {
    const { code, stdout } = run(writeProject({ ...PROGRAM, 'a.js': 'const = 1\n', 'b.js': 'export {}\n' }))
    expect(code).toBe(3)
    expect(stdout).toContain('a.js:1  not inspected  Variable declaration expected.')
  })
})

test.for([
  ['no files', {}, [], /has neither a tsconfig\.json nor a JavaScript or TypeScript file\.$/],
  [
    'a configuration that is not there',
    PROGRAM,
    ['--project', 'other.json'],
    /--project other\.json: there is no such file\.$/,
  ],
  ['a folder without one', { 'sub/a.js': '' }, ['-p', 'sub'], /--project sub: the folder has no tsconfig\.json\.$/],
  ['a broken configuration', { 'tsconfig.json': '{ "include": ' }, [], /tsconfig\.json: .+$/],
  [
    'a configuration of nothing',
    { 'tsconfig.json': '{ "include": ["src"] }' },
    [],
    /tsconfig\.json includes no source files\.$/,
  ],
  ['a broken package.json', { 'package.json': '{', 'a.js': '' }, [], /package\.json cannot be read: .+$/],
  [
    'a settings file that is none',
    { 'a.js': '', 's.json': '{ "killer": [] }' },
    ['--settings', 's.json'],
    /s\.json: Unknown key `settings\.childProcess\.killer`: expected one of .+$/,
  ],
  [
    'a settings file that is no JSON',
    { 'a.js': '', 's.json': '{' },
    ['--settings', 's.json'],
    /s\.json cannot be read: .+$/,
  ],
  ['an unknown option', {}, ['--projekt', 'a'], /unknown option --projekt; child-process-audit --help lists them\.$/],
  ['an unknown format', {}, ['--format', 'xml'], /--format xml: expected one of text, json, sarif\.$/],
  ['an option without its value', {}, ['--format'], /option --format needs a value: text\|json\|sarif\.$/],
  ['a flag with a value', {}, ['--check=yes'], /option --check takes no value\.$/],
  ['an option twice', {}, ['-f', 'json', '--format', 'text'], /option --format is given twice\.$/],
  ['an argument', {}, ['src'], /unknown argument "src"; a project is named by --project\.$/],
  ['two opposite flags', {}, ['--check', '--write-settings'], /--check and --write-settings exclude each other: .+\.$/],
  [
    'an output that cannot be written',
    { 'a.js': '' },
    ['--output', 'no/such/folder'],
    /--output no\/such\/folder cannot be written \(ENOENT\)\.$/,
  ],
] as const)('2: %s', ([, files, args, message]) => {
  const { code, stderr, stdout } = run(writeProject(files), ...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^child-process-audit: [^\n]+\n$/)
  expect(stderr.trimEnd()).toMatch(message)
})

test('--help names every option, with examples and the exit codes; --version is that of the package', () => {
  const { code, stdout } = run(writeProject({}), '--help')
  expect(code).toBe(0)
  for (const name of [
    '--project',
    '--format',
    '--output',
    '--settings',
    '--write-settings',
    '--check',
    'Examples:',
    'Exit codes: 0 clean',
  ])
    expect(stdout).toContain(name)
  expect(stdout.split('\n').filter((line) => line.length > 125)).toEqual([])
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(run(writeProject({}), '-v').stdout).toBe(`${version}\n`)
})

test('a configuration that only refers to others means all of them', () => {
  const root = writeProject({
    ...PROGRAM,
    'tsconfig.json': '{ "files": [], "references": [{ "path": "./one" }, { "path": "./two/tsconfig.build.json" }] }',
    'one/tsconfig.json': '{ "include": ["*.ts"] }',
    'one/leak.ts': "import { spawn } from 'node:child_process'\nexport const child = spawn('server')\n",
    'two/tsconfig.build.json': '{ "include": ["*.ts"] }',
    'two/end.ts': "import { child } from '../one/leak.js'\nchild.kill()\n",
    'three/not-included.ts': LEAK,
  })
  const { code, stdout } = run(root, '--verbose')
  expect(stdout).toContain('→ two/end.ts:2:1')
  expect(stdout).toMatch(/^2 files, .+: 1 child: 1 ended\.$/m)
  expect(code).toBe(0)
})

test('the report goes to a file', () => {
  const root = writeProject({ ...PROGRAM, 'main.js': LEAK })
  expect(run(root, '--format', 'json', '--output', 'audit.json')).toEqual({ code: 1, stdout: '', stderr: '' })
  expect(JSON.parse(readFileSync(path.join(root, 'audit.json'), 'utf8'))).toMatchObject({ verdict: 'findings' })
})
