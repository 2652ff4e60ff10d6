import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeDirectory } from '../../src/journal/makeDirectory.ts'

const directory = mkdtempSync(join(tmpdir(), 'make-'))
afterAll(() => {
  rmSync(directory, { recursive: true })
})

test('makes what is missing, with its mode, and leaves what is there', () => {
  const path = join(directory, 'a', 'b', 'c')
  makeDirectory(path, 0o700)
  makeDirectory(path, 0o700)
  expect(statSync(join(directory, 'a')).mode & 0o777).toBe(0o700)
  expect(existsSync(path)).toBe(true)
})

test('throws below a file', () => {
  writeFileSync(join(directory, 'file'), '')
  expect(() => {
    makeDirectory(join(directory, 'file', 'a'))
  }).toThrow('ENOTDIR')
})

test.runIf(existsSync('/proc/self'))('throws where nothing can be made, instead of trying for ever', () => {
  expect(() => {
    makeDirectory('/proc/no/such/directory')
  }).toThrow('ENOENT')
})
