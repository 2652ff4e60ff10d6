import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findSettingsProblem } from 'eslint-plugin-child-process/analysis'
import { describe, expect, test } from 'vitest'
import { runCli } from '../src/cli/runCli.ts'
import { mergeSettings } from '../src/settings/settingsFile.ts'
import { auditFiles, writeProject } from './auditFiles.ts'

const PROGRAM = { 'package.json': '{ "private": true, "type": "module" }' }
const SPAWN = "import { spawn } from 'node:child_process'\n"

/** Helpers of every kind, and one file that uses them. */
const HELPERS = {
  ...PROGRAM,
  'helpers.js': `${SPAWN}
export function startTool(name) { return spawn(name) }
export const startQuiet = (name) => spawn(name, { stdio: 'ignore' })
export function startWatched(name) { const child = spawn(name); child.on('error', console.error); return child }
export async function startLater(name) { return spawn(name) }
export function observe(child) { child.on('error', console.error); child.on('exit', console.log) }
export function observeFailure(child) { child.on('error', console.error) }
export function drain(child) { child.stdout.resume(); child.stderr.resume() }
export function end(child) { child.kill() }
export function endLater(child, ms) { setTimeout(() => end(child), ms) }
export default function endNow(child) { process.kill(child.pid, 'SIGKILL') }
function inner(child) { child.kill() }
export { inner as renamed }
`,
  'main.js': `import endNow, * as helpers from './helpers.js'
for (const start of ['startTool', 'startQuiet', 'startWatched']) console.log(start)
const all = [helpers.startTool('a'), helpers.startQuiet('b'), helpers.startWatched('c'), await helpers.startLater('d')]
const child = helpers.startTool('e')
helpers.observe(child)
helpers.observeFailure(child)
helpers.drain(child)
helpers.endLater(child, 1000)
helpers.renamed(child)
endNow(child)
`,
}

describe('inference', () => {
  test('functions that create, observe, drain, stop and bound children', () => {
    const { settings } = auditFiles(HELPERS)
    expect(settings).toEqual({
      factories: [{ from: './helpers.js', name: 'startTool', like: 'spawn' }],
      observers: [{ from: './helpers.js', name: 'observe' }],
      drainers: [{ from: './helpers.js', name: 'drain' }],
      killers: ['default', 'end', 'endLater', 'renamed'].map((name) => ({ from: './helpers.js', name })),
      neverReturns: [],
    })
    expect(findSettingsProblem({ childProcess: settings })).toBeUndefined()
  })

  test('CommonJS: module.exports that is a function, or an object of functions', () => {
    const { settings } = auditFiles({
      'package.json': '{ "private": true }',
      'lib/start.js': "const { fork } = require('child_process')\nmodule.exports = (file) => fork(file)",
      'lib/end.js': 'const end = (child) => { child.kill() }\nmodule.exports = { end }',
      'main.js':
        "const start = require('./lib/start')\nconst { end } = require('./lib/end')\nconst child = start('a')\nend(child)",
    })
    expect(settings.factories).toEqual([{ from: './lib/start.js', name: 'default', like: 'fork' }])
    expect(settings.killers).toEqual([{ from: './lib/end.js', name: 'end' }])
  })

  test('what the reviewed file says of others is kept, what it says of the project is found again', () => {
    const merged = mergeSettings(
      { killers: ['tree-killer#kill', './gone.js#stop', { name: 'stopAll' }], neverReturns: ['./log.js#fatal'] },
      { factories: [], observers: [], drainers: [], killers: [{ from: './end.js', name: 'end' }] },
    )
    expect(merged.killers).toEqual([{ from: './end.js', name: 'end' }, 'tree-killer#kill', { name: 'stopAll' }])
    expect(merged.neverReturns).toEqual(['./log.js#fatal'])
  })

  test('the audit takes the word of the reviewed file for packages', () => {
    const files = {
      ...PROGRAM,
      'main.js': `${SPAWN}import { stop } from 'process-stopper'\nexport const child = spawn('a')\nprocess.on('exit', () => stop(child))`,
    }
    expect(auditFiles(files).children[0]?.fate).toBe('unseen')
    const reviewed = { ...files, 'child-process.settings.json': '{ "killers": ["process-stopper#stop"] }' }
    expect(auditFiles(reviewed).children[0]?.fate).toBe('ended')
  })
})

describe('the file', () => {
  test('is written, compared, and the same for the same project', () => {
    const root = writeProject(HELPERS)
    const file = path.join(root, 'child-process.settings.json')
    const errors: string[] = []
    const run = (...args: string[]): number =>
      runCli([...args, '--output', 'report.txt'], {
        cwd: root,
        print: () => undefined,
        warn: (text) => errors.push(text),
      })
    expect(run('--check')).toBe(1)
    expect(errors).toEqual([
      'child-process-audit: child-process.settings.json is out of date: run child-process-audit --write-settings.\n',
    ])
    expect(run('--write-settings')).toBe(0)
    const written = readFileSync(file, 'utf8')
    expect(JSON.parse(written)).toMatchObject({ drainers: [{ from: './helpers.js', name: 'drain' }] })
    expect(run('--check')).toBe(0)
    expect(run('--write-settings')).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(written)
    writeFileSync(file, written.replace('"drain"', '"drained"'))
    expect(run('--check')).toBe(1)
  })
})
