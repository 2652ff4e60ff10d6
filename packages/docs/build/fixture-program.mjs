import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { inRepository } from './repository.mjs'
import { runProgramOnce } from './guarded-run.mjs'

/**
 * A program of `test/fixtures`, which the end-to-end tests run bare, lint, and run under the guard.
 * @typedef {object} FixtureProgram
 * @property {string} fixture
 * @property {string} file
 * @property {string} about one sentence
 * @property {string} code without the markers of the tests
 * @property {string[]} rules what `strict` reports in it
 * @property {string[]} codes what the guard finds
 * @property {string | undefined} unseen why the guard has nothing to say
 * @property {boolean} hangs
 * @property {string[]} command
 * @property {boolean} isPlain `node` alone runs it
 */

const folder = 'test/fixtures'

/** @param {string} text */
const withoutMarkers = (text) => text.replaceAll(/ *\/\/ expect(?:-\w+)?: .*$/gm, '')

/**
 * @param {string} text
 * @param {RegExp} marker
 */
const readMarkers = (text, marker) => [
  ...new Set(
    [...text.matchAll(/\/\/ (expect.*)$/gm)].flatMap(([, comment = '']) =>
      comment
        .split(' | ')
        .filter((part) => marker.test(part))
        .flatMap((part) => part.replace(marker, '').split(', ')),
    ),
  ),
]

/**
 * @param {string} fixture
 * @param {string} file
 * @returns {FixtureProgram}
 */
export function readFixtureProgram(fixture, file) {
  const manifest = JSON.parse(readFileSync(inRepository(`${folder}/${fixture}/fixture.json`), 'utf8'))
  const text = readFileSync(inRepository(`${folder}/${fixture}/${file}`), 'utf8')
  const command = (manifest.command ?? ['node', '{file}']).map((/** @type {string} */ part) =>
    part === '{file}' ? file : part,
  )
  return {
    fixture,
    file,
    about: manifest.about,
    code: withoutMarkers(text),
    rules: readMarkers(text, /^expect(?:-strict)?: /),
    codes: readMarkers(text, /^expect-guard: /),
    unseen: manifest.unseen?.guard,
    hangs: file.startsWith('bad') && manifest.happens === 'hangs',
    command,
    isPlain: command[0] === 'node' && manifest.node === undefined && !/from '(?!node:|\.)/.test(text),
  }
}

/** The defective programs of all fixtures. */
export function readBadPrograms() {
  return readdirSync(inRepository(folder)).flatMap((fixture) =>
    readdirSync(inRepository(`${folder}/${fixture}`))
      .filter((file) => file.startsWith('bad.'))
      .map((file) => readFixtureProgram(fixture, file)),
  )
}

/**
 * Runs a fixture's program, with the files beside it, under the guard. One that hangs is ended after some seconds.
 * @param {FixtureProgram} program
 */
export async function runFixtureProgram({ code, command, file, fixture, hangs }) {
  const place = inRepository(`${folder}/${fixture}`)
  /** @type {Record<string, string>} */
  const files = { [file]: code }
  for (const name of readdirSync(place))
    if (!/^(?:bad|good)\.|^fixture\.json$/.test(name)) files[name] = readFileSync(path.join(place, name), 'utf8')
  return runProgramOnce({ files, command, ...(hangs ? { deadlineMs: 4_000 } : {}) })
}
