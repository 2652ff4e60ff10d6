import path from 'node:path'
import { showSuite } from '../frameworks/show-suite.mjs'
import { readFixtureProgram, runFixtureProgram } from './fixture-program.mjs'
import { readConfiguration, readExampleOutput, readExampleProgram } from './first-example.mjs'
import { readSection } from './repository-page.mjs'
import { readRepositoryFile } from './repository.mjs'

/**
 * What a page of the guide can ask for, so that nothing on the site is written by hand that exists already.
 * @type {Record<string, (argument: string, isDry: boolean) => string | Promise<string>>}
 */
const directives = {
  /** A section of a file: `README.md # Cost`. */
  section: (place) => {
    const [file = '', heading = ''] = place.split(' # ')
    return readSection(file, heading)
  },
  /** A file of the example that README.md begins with. */
  'example file': (file) => fence(file, `[${file}]`, readExampleProgram(file)),
  /** The configuration of README.md. */
  'example configuration': (file) => fence(file, `[${file}]`, readConfiguration()),
  /** What README.md says that a command prints. */
  'example output': (command) => `\`\`\`\`console\n${readExampleOutput(command)}\n\`\`\`\``,
  /** A program of the fixtures, with what `recommended` says under its lines. */
  program: (file) => {
    const { code } = readProgram(file)
    return fence(file, 'lint="recommended"', code)
  },
  /** What the guard says when that program is run. */
  run: async (file, isDry) => {
    if (isDry) return ''
    const program = readProgram(file)
    const { codes, stderr, text } = await runFixtureProgram(program)
    const command = program.command.join(' ')
    if (codes.length > 0) return `\`\`\`\`console\n$ npx runtime-guard run -- ${command}\n${text}\n\`\`\`\``
    return `\`\`\`\`console\n$ ${command}\n${stderr.trim()}\n\`\`\`\``
  },
  /** The suite of a framework, and what the guard says of it. */
  framework: (name) => showSuite(name),
  /** A file of the repository as it is; nothing that `strict` would report stays hidden. */
  file: (file) => fence(file, 'lint="strict"', readRepositoryFile(file)),
}

/** @param {string} file `fixture/program` */
function readProgram(file) {
  const [fixture = '', name = ''] = file.split('/')
  return readFixtureProgram(fixture, name)
}

/**
 * @param {string} file
 * @param {string} meta
 * @param {string} code
 */
function fence(file, meta, code) {
  const language = /\.[cm]?ts$/.test(file) ? 'ts' : /\.[cm]?js$/.test(file) ? 'js' : path.extname(file).slice(1)
  return `\`\`\`${language} ${meta}\n${code.trim()}\n\`\`\``
}

/**
 * Replaces the directives of a page: comments such as `<!-- readme section: Cost -->`, alone on their line.
 * @param {string} markdown
 * @param {boolean} isDry nothing is run
 */
export async function expandDirectives(markdown, isDry) {
  const names = Object.keys(directives).join('|')
  const lines = await Promise.all(
    markdown.split('\n').map((line) => {
      const [, name = '', argument = ''] = new RegExp(`^<!-- (${names}): (.*) -->$`).exec(line) ?? []
      return directives[name]?.(argument, isDry) ?? line
    }),
  )
  return lines.join('\n')
}
