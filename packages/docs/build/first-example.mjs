import { readSection, readFences } from './repository-page.mjs'
import { readRepositoryFile } from './repository.mjs'

const fixture = 'test/fixtures/readme'

/**
 * The files of the example that README.md begins with, by the names that it gives them.
 * @type {Record<string, string>}
 */
const sources = {
  'server.mjs': `${fixture}/server.mjs`,
  'server.test.mjs': `${fixture}/bad.test.mjs`,
  'mended.test.mjs': `${fixture}/good.test.mjs`,
}

/** @param {string} file name in the example */
export function readExampleProgram(file) {
  const source = sources[file]
  if (source === undefined)
    throw new Error(`The example has no file ${file}; it has ${Object.keys(sources).join(', ')}.`)
  return readRepositoryFile(source).replaceAll(/ *\/\/ expect(?:-\w+)?: .*$/gm, '')
}

/** The configuration of ESLint in README.md, without the comment that names the file. */
export function readConfiguration() {
  const block = readFences(readSection('README.md', 'Quick start: the linter')).find(
    ({ language }) => language === 'js',
  )
  if (block === undefined) throw new Error("README.md shows no configuration below 'Quick start: the linter'.")
  return block.code.replace(/^\/\/ eslint\.config\.js\n/, '')
}

/**
 * What README.md says that a command prints, with the command.
 * @param {string} command
 */
export function readExampleOutput(command) {
  const blocks = readFences(readRepositoryFile('README.md')).filter(({ language }) => language === 'console')
  const block = blocks.find(({ code }) => code.split('\n')[0] === `$ ${command}`)
  if (block === undefined) throw new Error(`README.md shows no output of \`${command}\`.`)
  return block.code
}
