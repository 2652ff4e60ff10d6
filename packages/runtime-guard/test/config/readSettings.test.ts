import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSettings } from '../../src/config/readSettings.ts'
import { defaultSettings } from '../../src/config/settingDefinitions.ts'
import type { Settings } from '../../src/config/Settings.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'settings-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

function read(
  env: NodeJS.ProcessEnv,
  options: { cwd?: string; readFiles?: boolean; defaults?: Partial<Settings> } = {},
): { settings: Settings; said: string[] } {
  const said: string[] = []
  const { cwd = directory, readFiles = true, defaults = {} } = options
  const settings = readSettings({ env, cwd, readFiles, defaults, warn: (sentence) => said.push(sentence) })
  return { settings, said }
}

function write(path: string, content: unknown): void {
  writeFileSync(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content))
}

test('without any source the defaults hold', () => {
  expect(read({ PATH: '/bin' })).toEqual({
    settings: {
      mode: 'report',
      out: [{ format: 'text', path: null }],
      strict: false,
      handles: false,
      cookie: 'inherit',
      enforce: { tree: false, deadlineMs: null, exit: false },
      attribution: 'auto',
      failTests: false,
      dir: null,
      redact: [],
      graceMs: 300,
      killGraceMs: 2000,
      hangAfterMs: 10_000,
      allow: null,
      baseline: null,
      exitCode: 70,
    },
    said: [],
  })
})

test('a caller can have defaults of its own, which a variable overrules', () => {
  expect(read({}, { defaults: { mode: 'fail' } }).settings.mode).toBe('fail')
  expect(read({ RUNTIME_GUARD_MODE: 'report' }, { defaults: { mode: 'fail' } }).settings.mode).toBe('report')
})

test('settings are plain data, and nobody shares the defaults', () => {
  const { settings } = read({ RUNTIME_GUARD_OUT: 'json:a.json', RUNTIME_GUARD_REDACT: 'x*' })
  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings)
  read({}).settings.out.pop()
  expect(defaultSettings().out).toEqual([{ format: 'text', path: null }])
})

describe('variables', () => {
  test.each<[string, string, Partial<Settings>]>([
    ['RUNTIME_GUARD_MODE', 'fail', { mode: 'fail' }],
    ['RUNTIME_GUARD_MODE', 'off', { mode: 'off' }],
    ['RUNTIME_GUARD_OUT', 'github', { out: [{ format: 'github', path: null }] }],
    [
      'RUNTIME_GUARD_OUT',
      'text, json:/a/b.json',
      {
        out: [
          { format: 'text', path: null },
          { format: 'json', path: '/a/b.json' },
        ],
      },
    ],
    ['RUNTIME_GUARD_OUT', 'ndjson:/a/b/', { out: [{ format: 'ndjson', path: '/a/b/' }] }],
    ['RUNTIME_GUARD_OUT', 'json:/a:b', { out: [{ format: 'json', path: '/a:b' }] }],
    ['RUNTIME_GUARD_STRICT', '1', { strict: true }],
    ['RUNTIME_GUARD_STRICT', 'false', { strict: false }],
    ['RUNTIME_GUARD_COOKIE', 'inject', { cookie: 'inject' }],
    ['RUNTIME_GUARD_DIR', '/var/guard', { dir: '/var/guard' }],
    ['RUNTIME_GUARD_REDACT', '--cert=*,/srv/*', { redact: ['--cert=*', '/srv/*'] }],
    ['RUNTIME_GUARD_GRACE_MS', '0', { graceMs: 0 }],
    ['RUNTIME_GUARD_ALLOW', '/a.json', { allow: '/a.json' }],
    ['RUNTIME_GUARD_BASELINE', '/b.json', { baseline: '/b.json' }],
    ['RUNTIME_GUARD_EXIT_CODE', '255', { exitCode: 255 }],
    ['RUNTIME_GUARD_MODE', '', {}],
    ['RUNTIME_GUARD_RUN', '/tmp/whatever', {}],
    ['RUNTIME_GUARD_PARENT_RUNS', 'a,b', {}],
  ])('%s=%s', (name, text, expected) => {
    expect(read({ [name]: text })).toEqual({ settings: { ...defaultSettings(), ...expected }, said: [] })
  })

  test('relative paths start at the working directory', () => {
    const { settings } = read({ RUNTIME_GUARD_OUT: 'json:x.json,text:out/', RUNTIME_GUARD_ALLOW: './a.json' })
    expect(settings.out).toEqual([
      { format: 'json', path: join(directory, 'x.json') },
      { format: 'text', path: `${join(directory, 'out')}/` },
    ])
    expect(settings.allow).toBe(join(directory, 'a.json'))
  })

  test.each([
    [
      'RUNTIME_GUARD_MODE',
      'fial',
      'RUNTIME_GUARD_MODE is "fial", expected report, fail, kill or off (did you mean fail?); it is ignored.',
    ],
    [
      'RUNTIME_GUARD_MODE',
      'FAIL',
      'RUNTIME_GUARD_MODE is "FAIL", expected report, fail, kill or off (did you mean fail?); it is ignored.',
    ],
    [
      'RUNTIME_GUARD_OUT',
      'jsn',
      'RUNTIME_GUARD_OUT is "jsn", expected text, json, ndjson or github (did you mean json?); it is ignored.',
    ],
    [
      'RUNTIME_GUARD_OUT',
      'text,sarif:x',
      'RUNTIME_GUARD_OUT is "text,sarif:x", expected text, json, ndjson or github, because sarif is not supported by this version; it is ignored.',
    ],
    ['RUNTIME_GUARD_OUT', 'json:', 'RUNTIME_GUARD_OUT is "json:", expected a path after "json:"; it is ignored.'],
    ['RUNTIME_GUARD_OUT', ' , ', 'RUNTIME_GUARD_OUT is " , ", expected text, json, ndjson or github; it is ignored.'],
    ['RUNTIME_GUARD_STRICT', 'yes', 'RUNTIME_GUARD_STRICT is "yes", expected 1 or 0; it is ignored.'],
    ['RUNTIME_GUARD_COOKIE', 'on', 'RUNTIME_GUARD_COOKIE is "on", expected inherit, inject or off; it is ignored.'],
    [
      'RUNTIME_GUARD_ENFORCE',
      'tree,deadline:0',
      'RUNTIME_GUARD_ENFORCE is "tree,deadline:0", expected tree, deadline:<ms> or exit; it is ignored.',
    ],
    [
      'RUNTIME_GUARD_GRACE_MS',
      '-1',
      'RUNTIME_GUARD_GRACE_MS is "-1", expected a whole number of milliseconds from 0 to 2147483647; it is ignored.',
    ],
    [
      'RUNTIME_GUARD_GRACE_MS',
      '1e3',
      'RUNTIME_GUARD_GRACE_MS is "1e3", expected a whole number of milliseconds from 0 to 2147483647; it is ignored.',
    ],
    [
      'RUNTIME_GUARD_GRACE_MS',
      '2147483648',
      'RUNTIME_GUARD_GRACE_MS is "2147483648", expected a whole number of milliseconds from 0 to 2147483647; it is ignored.',
    ],
    [
      'RUNTIME_GUARD_EXIT_CODE',
      '0',
      'RUNTIME_GUARD_EXIT_CODE is "0", expected a whole number from 1 to 255; it is ignored.',
    ],
    [
      'RUNTIME_GUARD_EXIT_CODE',
      '256',
      'RUNTIME_GUARD_EXIT_CODE is "256", expected a whole number from 1 to 255; it is ignored.',
    ],
    [
      'RUNTIME_GUARD_MDOE',
      'fail',
      'RUNTIME_GUARD_MDOE is not a setting (did you mean RUNTIME_GUARD_MODE?); it is ignored.',
    ],
    [
      'RUNTIME_GUARD_GRACE',
      '1',
      'RUNTIME_GUARD_GRACE is not a setting (did you mean RUNTIME_GUARD_GRACE_MS?); it is ignored.',
    ],
    ['RUNTIME_GUARD_COLOR_OF_THE_SKY', '1', 'RUNTIME_GUARD_COLOR_OF_THE_SKY is not a setting; it is ignored.'],
    [
      'RUNTIME_GUARD_MODE',
      '\u001b[2J\n',
      'RUNTIME_GUARD_MODE is "\\u001b[2J\\n", expected report, fail, kill or off; it is ignored.',
    ],
  ])('%s=%s is one sentence, and the default holds', (name, text, sentence) => {
    expect(read({ [name]: text })).toEqual({ settings: defaultSettings(), said: [sentence] })
  })

  test('a switch and a list are read', () => {
    const { settings, said } = read({ RUNTIME_GUARD_HANDLES: '1', RUNTIME_GUARD_ENFORCE: 'tree,exit,deadline:500' })
    expect(settings).toMatchObject({ handles: true, enforce: { tree: true, exit: true, deadlineMs: 500 } })
    expect(said).toEqual([])
  })
})

describe('files', () => {
  test('the environment comes before the configuration file, and that before package.json', () => {
    write('package.json', { 'runtime-guard': { mode: 'off', graceMs: 1, exitCode: 10 } })
    write('runtime-guard.config.json', { mode: 'report', graceMs: 2, strict: true })
    const { settings, said } = read({ RUNTIME_GUARD_MODE: 'fail' })
    expect(settings).toEqual({ ...defaultSettings(), mode: 'fail', graceMs: 2, strict: true, exitCode: 10 })
    expect(said).toEqual([])
  })

  test('the nearest file upwards counts, and its paths start where it lies', () => {
    write('runtime-guard.config.json', { $schema: 'x', out: ['text', 'json:reports/'], allow: 'allow.json' })
    mkdirSync(join(directory, 'packages', 'a'), { recursive: true })
    write('packages/a/package.json', { name: 'a', devDependencies: { 'runtime-guard': '^1.0.0' } })
    const { settings, said } = read({}, { cwd: join(directory, 'packages', 'a') })
    expect(settings.out).toEqual([
      { format: 'text', path: null },
      { format: 'json', path: `${join(directory, 'reports')}/` },
    ])
    expect(settings.allow).toBe(join(directory, 'allow.json'))
    expect(said).toEqual([])
  })

  test('members read none', () => {
    write('runtime-guard.config.json', '{')
    expect(read({}, { readFiles: false })).toEqual({ settings: defaultSettings(), said: [] })
  })

  test('a byte order mark is no mistake', () => {
    write('runtime-guard.config.json', '\uFEFF{"strict": true}')
    expect(read({}).settings.strict).toBe(true)
  })

  test.each<[string, unknown, string]>([
    ['text that is no JSON', '{"mode": fail}', ' is not valid JSON ('],
    ['an array', [], ' must hold a JSON object with settings, so it is ignored.'],
    ['an unknown key', { GRACE_MS: 1 }, ': unknown setting "GRACE_MS" (did you mean graceMs?); it is ignored.'],
    ['a wrong type', { strict: '1' }, ': strict is "1", expected true or false; it is ignored.'],
    [
      'a fraction',
      { graceMs: 0.5 },
      ': graceMs is 0.5, expected a whole number of milliseconds from 0 to 2147483647; it is ignored.',
    ],
    [
      'a wrong list',
      { out: ['text', 1] },
      ': out is ["text",1], expected a list of text, json, ndjson or github; it is ignored.',
    ],
    ['an empty path', { allow: '' }, ': allow is "", expected the path of a file; it is ignored.'],
    ['a name of the prototype', { constructor: 1 }, ': unknown setting "constructor"; it is ignored.'],
  ])('%s is one sentence that names the file', (_what, content, ending) => {
    write('runtime-guard.config.json', content)
    const { settings, said } = read({})
    expect(settings).toEqual(defaultSettings())
    expect(said.length).toBe(1)
    expect(said[0]?.startsWith(join(directory, 'runtime-guard.config.json') + ending)).toBe(true)
  })

  test('one wrong key leaves the others in force', () => {
    write('package.json', { 'runtime-guard': { graceMs: 'soon', mode: 'fail' } })
    const { settings, said } = read({})
    expect(settings).toEqual({ ...defaultSettings(), mode: 'fail' })
    expect(said).toEqual([
      `${join(directory, 'package.json')} ("runtime-guard"): graceMs is "soon", expected a whole number of milliseconds from 0 to 2147483647; it is ignored.`,
    ])
  })

  test('a package.json that others must complain about is passed over', () => {
    write('package.json', '{"runtime-guard": ')
    expect(read({})).toEqual({ settings: defaultSettings(), said: [] })
  })

  test('a file that cannot be read is one sentence', () => {
    const path = join(directory, 'runtime-guard.config.json')
    mkdirSync(path)
    expect(read({}).said).toEqual([`${path} cannot be read (EISDIR), so it is ignored.`])
    rmSync(path, { recursive: true })
    write('runtime-guard.config.json', '{}')
    chmodSync(path, 0)
    // The superuser may read everything.
    expect(read({}).said).toEqual(
      process.getuid?.() === 0 ? [] : [`${path} cannot be read (EACCES), so it is ignored.`],
    )
  })
})
