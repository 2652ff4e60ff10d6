import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { endLeaked, Workplace } from '../cli/startCli.ts'

const pages = fileURLToPath(new URL('../../docs/findings', import.meta.url))
const codes = readdirSync(pages).map((name) => name.replace(/\.md$/, ''))
const place = new Workplace()
afterAll(() => {
  place.remove()
})

function readSection(code: string, heading: string): string {
  const [, section = ''] = readFileSync(join(pages, `${code}.md`), 'utf8').split(`\n## ${heading}\n`)
  return section.split('\n## ')[0] ?? ''
}

function readProgram(code: string, heading: string): string | undefined {
  return /```js\n([^]*?)```/.exec(readSection(code, heading))?.[1]
}

function runProgram(program: string) {
  place.write('program.mjs', program)
  place.run(['run', '--out', 'json:report.json', '--', process.execPath, 'program.mjs'], {
    env: { RUNTIME_GUARD_HANG_AFTER_MS: '1000' },
  })
  const report = place.readReport('report.json')
  endLeaked(report)
  return report
}

const headings = ['What it means', 'A program that has it', 'How to mend it', 'What is not seen']

test('most pages show a program', () => {
  expect(codes.filter((code) => readProgram(code, 'A program that has it') === undefined)).toEqual([
    'blind',
    // Those of a test framework: see test/adapters.
    'cross-test',
    'exit-in-test',
    'late-spawn',
    'zombie',
  ])
})

describe.each(codes)('the page of %s', (code) => {
  test('has its parts in their order', () => {
    const text = readFileSync(join(pages, `${code}.md`), 'utf8')
    expect(text.split('\n')[0]).toBe(`# ${code}`)
    expect([...text.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual(headings)
  })

  const defective = readProgram(code, 'A program that has it')
  if (defective !== undefined)
    test('shows a program that has it', () => {
      expect(runProgram(defective).findings.map((finding) => finding.code)).toEqual([code])
    })

  const mended = readProgram(code, 'How to mend it')
  if (mended !== undefined)
    test('mends it', () => {
      const { verdict, findings } = runProgram(mended)
      expect({ verdict, findings }).toEqual({ verdict: 'clean', findings: [] })
    })
})

test('the journal that cannot be written makes the run blind', () => {
  const { stderr, status } = place.run(['run', '--strict', '--', process.execPath, '-e', '0'], {
    env: { RUNTIME_GUARD_DIR: '/proc/none' },
  })
  expect(status).toBe(70)
  expect(stderr.split('\n')[0]).toMatch(
    /^runtime-guard {2}nothing found, but \d parts? of the run could not be inspected$/,
  )
})
