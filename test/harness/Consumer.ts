import { cpSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { installConsumer, nodeExecutable, packPackages } from './installed-packages.mjs'
import { fixturesFolder } from './Fixture.ts'

/** A project that has the packages installed from their tarballs, beside the tools that its users have. */
export interface Consumer {
  /** Root of the project; the packages are in its `node_modules`. */
  readonly root: string
  /** Copies of the fixtures, private to this run. */
  readonly fixtures: string
  /** An empty folder, private to this run. */
  readonly scratch: string
  readonly tarballs: Readonly<Record<'child-process-audit' | 'eslint-plugin-child-process' | 'runtime-guard', string>>
  /** Executables of other Node lines. */
  readonly nodes: { readonly 16: string; readonly 24: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    consumer: Consumer
  }
}

const tools = ['@typescript-eslint/parser', '@types/node', 'eslint', 'execa', 'typescript', 'vitest']

/** Packs, installs and copies what the tests of one run need. */
export function prepareConsumer(): Consumer {
  const tarballs = packPackages()
  const root = installConsumer('consumer', { tarballs, tools })

  const run = path.join(root, 'runs', String(process.pid))
  const fixtures = path.join(run, 'fixtures')
  const scratch = path.join(run, 'scratch')
  rmSync(run, { recursive: true, force: true })
  cpSync(fixturesFolder, fixtures, { recursive: true })
  mkdirSync(scratch, { recursive: true })
  return { root, fixtures, scratch, tarballs, nodes: { 16: nodeExecutable(16), 24: nodeExecutable(24) } }
}

/** Removes what is private to this run; the installed project stays for the next one. */
export function removeRun(consumer: Consumer): void {
  rmSync(path.dirname(consumer.fixtures), { recursive: true, force: true })
}
