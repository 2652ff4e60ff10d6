import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as typescriptParser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { getFileHost } from '../../src/project/file-host.ts'
import { ParsedFiles } from '../../src/project/parsed-files.ts'
import { ProjectFiles } from '../../src/project/project-files.ts'
import plugin from '../../src/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'parsed-files-')).replaceAll('\\', '/')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Writes a file as it is at a time of its own, in seconds. */
function write(name: string, content: string, time: number): string {
  const file = `${folder}/${name}`
  writeFileSync(file, content)
  utimesSync(file, time, time)
  return file
}

/** A parser that counts, and the files as one linted file sees them. */
function createParser() {
  const parse = vi.fn(typescriptParser.parse)
  const parser = { parse }
  const open = (): ParsedFiles => {
    const host = getFileHost()
    if (!host) throw new Error('no file system')
    return new ParsedFiles(new ProjectFiles(host), parser, { ecmaVersion: 2024, sourceType: 'module' }, undefined)
  }
  return { parse, open }
}

describe('a file', () => {
  it('is parsed once while it does not change, for however many linted files', () => {
    const { open, parse } = createParser()
    const file = write('a.ts', 'export const a: number = 1', 1)
    const trees = [open(), open(), open()].map((files) => files.get(file)?.tree?.program)
    expect(trees[0]?.body).toHaveLength(1)
    expect(new Set(trees).size).toBe(1)
    expect(parse).toHaveBeenCalledTimes(1)
  })

  it('is only read until somebody asks what is in it', () => {
    const { open, parse } = createParser()
    expect(open().get(write('a.ts', 'let a', 1))?.text).toBe('let a')
    expect(parse).not.toHaveBeenCalled()
  })

  it.each([
    ['time', 'let b', 2],
    ['size', 'let bb', 1],
  ])('is read anew when its %s is another', (_, content, time) => {
    const { open } = createParser()
    const file = write('a.ts', 'let a', 1)
    const files = open()
    expect(files.get(file)?.text).toBe('let a')
    write('a.ts', content, time)
    // one linted file sees one state
    expect(files.get(file)?.text).toBe('let a')
    expect(open().get(file)?.text).toBe(content)
  })

  it('that cannot be parsed is tried again when it is mended', () => {
    const { open } = createParser()
    const file = write('a.ts', 'let a = (', 1)
    expect(open().get(file)?.tree).toBeUndefined()
    write('a.ts', 'let a = ()', 2)
    expect(open().get(file)?.tree).toBeUndefined()
    write('a.ts', 'let a = 1', 3)
    expect(open().get(file)?.tree?.program.body).toHaveLength(1)
  })

  it('that is gone, a folder, or too large is not there', () => {
    const { open } = createParser()
    expect(open().get(`${folder}/gone.ts`)).toBeUndefined()
    expect(open().get(folder)).toBeUndefined()
    expect(open().get(write('large.ts', `// ${'x'.repeat(256 * 1024)}`, 1))).toBeUndefined()
  })

  it('is given up for others when there are too many', () => {
    const { open, parse } = createParser()
    const names = Array.from({ length: 12 }, (_, index) =>
      write(`${index}.ts`, `let a${index} // ${'x'.repeat(200 * 1024)}`, 1),
    )
    const read = (name = ''): unknown => open().get(name)?.tree
    for (const name of names) read(name)
    expect(parse).toHaveBeenCalledTimes(12)
    read(names.at(-1))
    expect(parse).toHaveBeenCalledTimes(12)
    read(names[0])
    expect(parse).toHaveBeenCalledTimes(13)
  })
})

const OBSERVED = `import { spawn } from 'child_process'\nexport const run = () => spawn('x', { stdio: 'inherit' }).on('exit', f)\n`

describe('findings follow what is on the disk', () => {
  it('from one lint to the next, as in an editor or a watch mode', () => {
    const main = write('main.js', `import { run } from './run.js'; import 'child_process'\nrun().on('error', f)\n`, 1)
    const linter = new Linter({ cwd: folder })
    const lint = (): (string | null)[] =>
      linter
        .verify(
          `import { run } from './run.js'; import 'child_process'\nrun().on('error', f)\n`,
          plugin.configs.recommended,
          {
            filename: main,
          },
        )
        .map(({ ruleId }) => ruleId)
    expect(lint()).toEqual([])
    write('run.js', OBSERVED, 1)
    expect(lint()).toEqual([])
    write('run.js', OBSERVED.replace(`.on('exit', f)`, ''), 2)
    expect(lint()).toEqual(['child-process/no-floating-child'])
    write('run.js', `export const run = (`, 3)
    expect(lint()).toEqual([])
    write('run.js', OBSERVED, 4)
    expect(lint()).toEqual([])
  })
})
