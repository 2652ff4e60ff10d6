import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const fixturesFolder: string = fileURLToPath(new URL('../fixtures', import.meta.url))

/**
 * What a bad program does when it runs bare; its mended twin does not.
 * - `leaves-process`: it ends, and a process that it started is still there
 * - `hangs`: it does not end (the harness ends it at its deadline)
 * - `crashes`: an error that nobody handles ends it
 * - `fails`: it gives up by itself, with an exit code and a message
 * - `loses-output`: it ends well and its output is wrong
 * - `nothing`: there is no bad program; a correct one that both halves must leave in peace
 */
export type Happening = 'leaves-process' | 'hangs' | 'crashes' | 'fails' | 'loses-output' | 'nothing'

/** The file `fixture.json`. */
interface FixtureManifest {
  /** One sentence. */
  readonly about: string
  readonly happens: Happening
  /** What the command lines of the processes left behind contain, one element per process. */
  readonly leaves?: readonly string[]
  /** Exit code where it is not the ordinary one: of the bad program, or of the only one. */
  readonly exitCode?: number
  /** What stderr of the bad program contains. */
  readonly stderr?: string
  /** Whole lines on stdout by which bad and good differ. */
  readonly stdout?: { readonly bad: string; readonly good: string }
  /** How to run a program; `{file}` is the program. Default: `node {file}`. */
  readonly command?: readonly string[]
  /** The Node line that runs it, where it must not be the running one (TypeScript without a build needs 24). */
  readonly node?: '24'
  /** stdout carries durations: it cannot be compared byte by byte. */
  readonly stdoutVaries?: boolean
  /** Why one half has nothing to say about the bad program. */
  readonly unseen?: { readonly lint?: string; readonly guard?: string }
}

/** A finding of the linter or of the guard, at a line of the program. */
export interface Expectation {
  readonly line: number
  /** Rule name with prefix, or finding code. */
  readonly name: string
}

export interface FixtureProgram {
  readonly fixture: string
  readonly kind: 'bad' | 'good'
  /** File name inside the fixture's folder. */
  readonly file: string
  readonly manifest: FixtureManifest
  /** What `recommended` reports. */
  readonly recommended: readonly Expectation[]
  /** What `strict` reports. */
  readonly strict: readonly Expectation[]
  /** What the guard finds. */
  readonly guard: readonly Expectation[]
}

/** Names after a marker such as `expect:` in the comments of a program, with their lines. */
function readMarkers(source: string, marker: string): Expectation[] {
  return source.split('\n').flatMap((text, index) => {
    const comment = /\/\/ (expect.*)$/.exec(text)?.[1] ?? ''
    const names = comment
      .split(' | ')
      .filter((part) => part.startsWith(`${marker}: `))
      .flatMap((part) => part.slice(marker.length + 2).split(', '))
    return names.map((name) => ({ line: index + 1, name: name.trim() }))
  })
}

/** Every program below `test/fixtures`, in the order of their names. */
export function readFixturePrograms(): FixtureProgram[] {
  return readdirSync(fixturesFolder).flatMap((fixture) => {
    const folder = path.join(fixturesFolder, fixture)
    const manifest = JSON.parse(readFileSync(path.join(folder, 'fixture.json'), 'utf8')) as FixtureManifest
    return readdirSync(folder)
      .filter((file) => /^(?:bad|good)\./.test(file))
      .map((file): FixtureProgram => {
        const source = readFileSync(path.join(folder, file), 'utf8')
        const recommended = readMarkers(source, 'expect')
        return {
          fixture,
          kind: file.startsWith('bad') ? 'bad' : 'good',
          file,
          manifest,
          recommended,
          strict: [...recommended, ...readMarkers(source, 'expect-strict')],
          guard: readMarkers(source, 'expect-guard'),
        }
      })
  })
}

/** A text per expectation, sorted, so that two lists can be compared and a difference can be read. */
export function describeExpectations(expectations: Iterable<Expectation>): string[] {
  return [...new Set([...expectations].map(({ line, name }) => `line ${line}: ${name}`))].sort()
}
