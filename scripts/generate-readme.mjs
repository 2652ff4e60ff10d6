// Writes the example of README.md: ten lines of code from test/fixtures/readme, and what both halves say about them when they
// are really linted and run. `--check` changes nothing and fails where README.md is out of date.
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import { lintProgram, runUnderGuard } from './real-output.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = path.join(root, 'README.md')
const fixture = path.join(root, 'test', 'fixtures', 'readme')
const begin = '<!-- begin example -->'
const end = '<!-- end example -->'

/** The name that the program has in the README. */
const program = 'server.test.mjs'

async function renderExample() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'readme-')))
  try {
    const code = readFileSync(path.join(fixture, 'bad.test.mjs'), 'utf8').replace(/ \/\/ expect.*$/gm, '')
    writeFileSync(path.join(folder, program), code)
    copyFileSync(path.join(fixture, 'server.mjs'), path.join(folder, 'server.mjs'))
    const linted = await lintProgram(folder, program)
    const { exitCode, stderr, text: found } = await runUnderGuard(folder, ['node', '--test', program])
    if (exitCode !== 70) throw new Error(`The guard found nothing in the example (exit code ${exitCode}).\n${stderr}`)
    return [
      'This suite passes, and every run of it leaves a server behind:',
      `\`\`\`js\n${code.trim()}\n\`\`\``,
      'The linter, before it runs:',
      `\`\`\`console\n$ npx eslint ${program}\n${linted}\n\`\`\``,
      'The guard, after it ran:',
      `\`\`\`console\n$ npx runtime-guard run -- node --test ${program}\n${found}\n\`\`\``,
    ].join('\n\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const current = readFileSync(readme, 'utf8')
const [before, rest] = current.split(begin)
const after = rest?.split(end)[1]
if (before === undefined || after === undefined) throw new Error(`README.md lacks the markers ${begin} … ${end}.`)
const text = await prettier.format(`${before}${begin}\n\n${await renderExample()}\n\n${end}${after}`, {
  ...(await prettier.resolveConfig(readme)),
  filepath: readme,
})
if (!process.argv.includes('--check')) writeFileSync(readme, text)
else if (current !== text) {
  const there = current.split('\n')
  const wanted = text.split('\n')
  const line = wanted.findIndex((content, index) => content !== there[index])
  console.error(`README.md is out of date from line ${line + 1}: run \`pnpm run update\`.`)
  console.error(`  is:      ${there[line] ?? ''}\n  must be: ${wanted[line] ?? ''}`)
  process.exitCode = 1
}
