import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { preload, removeDirectories, runProgram, summarise, type ProgramResult } from './guardedProgram.ts'

const scratch = mkdtempSync(join(tmpdir(), 'hostile-'))
afterAll(() => {
  removeDirectories()
  rmSync(scratch, { recursive: true, force: true })
})

const uid = process.getuid?.() ?? 0
const isRoot = process.getuid?.() === 0
const leak = `require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' }).unref()\nconsole.log('done')\n`

/** The program is not disturbed, the child is found from memory, and what is missing is said. */
function expectDegraded(result: ProgramResult, reason: RegExp): void {
  expect([result.code, result.stdout]).toEqual([70, 'done\n'])
  expect(summarise(result)).toContain('error leaked-child at main.js:1:31: spawn sleep 30')
  expect(result.report?.blind.map((spot) => spot.reason)).toEqual([expect.stringMatching(reason)])
}

const run = async (temporary: string): Promise<ProgramResult> =>
  await runProgram({
    files: { 'main.js': leak },
    env: { RUNTIME_GUARD_MODE: 'fail', RUNTIME_GUARD_DIR: undefined, TMPDIR: temporary },
  })

describe('the place of the journal', { timeout: 60_000 }, () => {
  it('is not used when it is a link', async () => {
    const elsewhere = join(scratch, 'elsewhere')
    const temporary = join(scratch, 'linked')
    mkdirSync(elsewhere)
    mkdirSync(temporary)
    symlinkSync(elsewhere, join(temporary, `runtime-guard-${uid}`))
    expectDegraded(await run(temporary), /is no directory of this user/)
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it.skipIf(!isRoot)('is not used when another user has made it (needs root to be set up)', async () => {
    const temporary = join(scratch, 'planted')
    const base = join(temporary, `runtime-guard-${uid}`)
    mkdirSync(base, { recursive: true })
    chownSync(base, 12_345, 12_345)
    expectDegraded(await run(temporary), /is no directory of this user/)
    expect(readdirSync(base)).toEqual([])
  })

  it('is not used when it is a file', async () => {
    expectDegraded(await run('/dev/null'), /ENOTDIR/)
  })
})

describe('a disk that takes nothing more', { timeout: 60_000 }, () => {
  it('costs the journal and the report file, not the program', async () => {
    const result = await runProgram({
      files: { 'main.js': leak },
      env: { RUNTIME_GUARD_MODE: 'fail', RUNTIME_GUARD_OUT: 'text' },
      // A limit of no bytes per file: every write answers EFBIG. The signal that goes with it is ignored here.
      command: ['sh', '-c', `trap '' XFSZ; ulimit -f 0; exec "$0" --require "$1" main.js`, process.execPath, preload],
    })
    expect([result.code, result.stdout]).toEqual([70, 'done\n'])
    expect(result.stderr).toMatch(/error leaked-child/)
    expect(result.stderr).toMatch(/The journal could not be written \(EFBIG\)/)
    const pid = /pid (\d+), running/.exec(result.stderr)?.[1]
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL')
  })
})
