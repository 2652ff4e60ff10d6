// The tarballs as a user gets them: what is in them, and that every way to load them works.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { AnySchema } from 'ajv/dist/2020.js'
import { describe, expect, inject, test } from 'vitest'
import { runProgram } from './harness/run-program.mjs'

const consumer = inject('consumer')
const repository = fileURLToPath(new URL('..', import.meta.url))
const names = ['eslint-plugin-child-process', 'runtime-guard', 'child-process-audit'] as const

/** What a package may bring into its users' projects. */
const allowedDependencies: Readonly<Record<(typeof names)[number], readonly string[]>> = {
  'eslint-plugin-child-process': ['@eslint-community/eslint-utils'],
  'runtime-guard': [],
  'child-process-audit': ['@typescript-eslint/typescript-estree', 'ts-morph', 'typescript'],
}

interface Manifest {
  readonly version: string
  readonly dependencies?: Record<string, string>
  readonly exports: Record<string, string | Record<string, string>>
  readonly bin?: Record<string, string>
}

const installed = (name: string): string => path.join(consumer.root, 'node_modules', name)
const readManifest = (name: string): Manifest =>
  JSON.parse(readFileSync(path.join(installed(name), 'package.json'), 'utf8')) as Manifest

function runNode(...args: string[]): ReturnType<typeof runProgram> {
  return runProgram({ command: [process.execPath, ...args], cwd: consumer.scratch, deadlineMs: 30_000 })
}

describe.for(names)('tarball of %s', (name) => {
  const entries = execFileSync('tar', ['-tzf', consumer.tarballs[name]], { encoding: 'utf8', timeout: 30_000 })
    .trim()
    .split('\n')

  test('carries what is published and nothing of its making', () => {
    const unexpected = entries.filter(
      (entry) =>
        !/^package\/(?:package\.json|LICENSE|README\.md|CHANGELOG\.md|[\w.]*schema\.json|docs\/[\w/.-]+\.md|dist\/[\w/.-]+\.(?:js|cjs|d\.ts|d\.cts))$/.test(
          entry,
        ),
    )
    expect(unexpected).toEqual([])
    expect(entries).toContain('package/LICENSE')
    expect(entries).toContain('package/README.md')
  })

  test('names no folder of the machine that built it', () => {
    for (const entry of entries) {
      const text = readFileSync(path.join(installed(name), entry.replace(/^package\//, '')), 'utf8')
      expect(text, entry).not.toContain(path.resolve(repository))
      expect(text, entry).not.toContain(`${homedir()}/`)
      expect(text, entry).not.toMatch(/sourceMappingURL=data:/)
    }
  })

  test('has real versions and only the dependencies it may have', () => {
    const { dependencies = {} } = readManifest(name)
    const allowed = allowedDependencies[name]
    expect(Object.keys(dependencies).filter((dependency) => !allowed.includes(dependency))).toEqual([])
    expect(readFileSync(path.join(installed(name), 'package.json'), 'utf8')).not.toMatch(/"(?:catalog|workspace):/)
  })

  test('every target of exports and bin is there', () => {
    const { exports, bin = {} } = readManifest(name)
    const targets = [...Object.values(exports), ...Object.values(bin)].flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    )
    expect(targets.filter((target) => !existsSync(path.join(installed(name), target)))).toEqual([])
  })
})

describe('eslint-plugin-child-process', () => {
  const load =
    'const { meta, configs, rules } = plugin; console.log(JSON.stringify({ meta, configs: Object.keys(configs), rules: Object.keys(rules) }))'
  interface Shape {
    readonly meta: { readonly name: string; readonly version: string; readonly namespace: string }
    readonly configs: string[]
    readonly rules: string[]
  }

  test.for([
    ['import', '--input-type=module', `import plugin from 'eslint-plugin-child-process'; ${load}`],
    ['require', '--input-type=commonjs', `const plugin = require('eslint-plugin-child-process'); ${load}`],
  ] as const)('%s', async ([, type, source]) => {
    const { stdout, exitCode, stderr } = await runNode('--no-warnings', type, '-e', source)
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    const { meta, configs, rules } = JSON.parse(String(stdout)) as Shape
    expect(meta).toMatchObject({
      name: 'eslint-plugin-child-process',
      version: readManifest('eslint-plugin-child-process').version,
      namespace: 'child-process',
    })
    expect(configs.sort()).toEqual(['all', 'recommended', 'strict'])
    const pages = readdirSync(path.join(installed('eslint-plugin-child-process'), 'docs', 'rules'))
    expect(rules.map((rule) => `${rule}.md`).sort()).toEqual(pages.sort())
  })

  test('imports nothing of Node statically', () => {
    const dist = path.join(installed('eslint-plugin-child-process'), 'dist')
    for (const file of readdirSync(dist).filter((entry) => entry.endsWith('.js')))
      expect(readFileSync(path.join(dist, file), 'utf8'), file).not.toMatch(/^(?:import|export)\b.*['"]node:/m)
  })
})

describe('runtime-guard', () => {
  test.for([
    ['require', '--input-type=commonjs', "require('runtime-guard'); console.log('ran')"],
    ['import', '--input-type=module', "import 'runtime-guard'; console.log('ran')"],
    ['import of the functions', '--input-type=module', "import 'runtime-guard/api'; console.log('ran')"],
    ['require of the functions', '--input-type=commonjs', "require('runtime-guard/api'); console.log('ran')"],
  ] as const)('%s is silent', async ([, type, source]) => {
    const outcome = await runNode('--no-warnings', type, '-e', source)
    expect({ stdout: String(outcome.stdout), stderr: outcome.stderr, exitCode: outcome.exitCode }).toEqual({
      stdout: 'ran\n',
      stderr: '',
      exitCode: 0,
    })
  })

  test('the functions have no side effect on import', async () => {
    const { stdout } = await runNode(
      '--input-type=module',
      '-e',
      `const before = JSON.stringify(process.env)
      const listeners = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)])
      const counted = JSON.stringify(listeners())
      const { emit, reallyExit } = process
      await import('runtime-guard/api')
      console.log(before === JSON.stringify(process.env), counted === JSON.stringify(listeners()), emit === process.emit, reallyExit === process.reallyExit)`,
    )
    expect(String(stdout)).toBe('true true true true\n')
  })

  test('a report is valid under the published schema', async () => {
    const report = path.join(consumer.scratch, 'schema-example.json')
    const source = "require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' }).unref()"
    await runProgram({
      command: [process.execPath, '--require', 'runtime-guard', '-e', source],
      cwd: consumer.scratch,
      environment: { RUNTIME_GUARD_OUT: `json:${report}`, TMPDIR: consumer.scratch },
      deadlineMs: 30_000,
    })
    const schema = JSON.parse(readFileSync(path.join(installed('runtime-guard'), 'schema.json'), 'utf8')) as AnySchema
    // The schema names the formats of time; whether a text is one is not what it is asked here.
    const validate = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true }).compile(schema)
    const value = JSON.parse(readFileSync(report, 'utf8')) as { findings: unknown[] }
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    expect(value.findings).toHaveLength(1)
    expect(validate({ ...value, verdict: 'fine' })).toBe(false)
  })

  test('the command says its version', async () => {
    const { stdout, exitCode } = await runProgram({
      command: [path.join(consumer.root, 'node_modules', '.bin', 'runtime-guard'), '--version'],
      cwd: consumer.scratch,
      deadlineMs: 30_000,
    })
    expect(exitCode).toBe(0)
    expect(String(stdout)).toContain(readManifest('runtime-guard').version)
  })
})

describe('child-process-audit', () => {
  test('the command audits a project', async () => {
    const project = path.join(consumer.scratch, 'audited')
    mkdirSync(project, { recursive: true })
    writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }')
    writeFileSync(
      path.join(project, 'main.js'),
      "import { spawn } from 'node:child_process'\nexport const child = spawn('server')\n",
    )
    const { stdout, exitCode } = await runProgram({
      command: [path.join(consumer.root, 'node_modules', '.bin', 'child-process-audit')],
      cwd: project,
      deadlineMs: 60_000,
    })
    expect(String(stdout)).toMatch(/^main\.js:2:22 {2}never-ended {2}/)
    expect(exitCode).toBe(1)
  })
})

test('types resolve for a project with node16 resolution', () => {
  const project = path.join(consumer.scratch, 'types')
  mkdirSync(project, { recursive: true })
  writeFileSync(
    path.join(project, 'eslint.config.mts'),
    `import childProcess from 'eslint-plugin-child-process'
import { defineConfig } from 'eslint/config'
import { analyseFile, type FileAnalysis } from 'eslint-plugin-child-process/analysis'
import { audit, type AuditReport } from 'child-process-audit'
import 'runtime-guard'
import * as api from 'runtime-guard/api'
import schema from 'runtime-guard/schema.json' with { type: 'json' }

export const functions: object = api
export const report: AuditReport = audit({ cwd: '/' })
export const analysis: FileAnalysis | undefined = analyseFile({ filename: '/a.js', cwd: '/', text: '', parser: {} })
export const title: string = schema.title
export default defineConfig([
  { plugins: { 'child-process': childProcess }, extends: ['child-process/recommended'] },
  childProcess.configs.strict,
])
`,
  )
  writeFileSync(
    path.join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        strict: true,
        noEmit: true,
        resolveJsonModule: true,
        types: ['node'],
      },
      files: ['eslint.config.mts'],
    }),
  )
  const compiler = path.join(consumer.root, 'node_modules', '.bin', 'tsc6')
  const { status, stdout } = spawnSync(compiler, ['-p', project], {
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
