import { readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { relativePath } from '../report/relativePath.ts'
import type { CallSite } from '../report/Report.ts'

/** A bigger file is a bundle, whose lines say little. */
const maxBytes = 4 * 1024 * 1024

/** Reads the lines that call sites point at; a file is read once, and one that cannot be read has no lines. */
export class SourceLines {
  readonly #runCwd: string
  readonly #cwd: string
  readonly #files = new Map<string, string[] | undefined>()

  /**
   * @param runCwd working directory of the run
   * @param cwd where a report from another machine finds the same files
   */
  constructor(runCwd: string, cwd: string) {
    this.#runCwd = runCwd
    this.#cwd = cwd
  }

  find(site: CallSite): string | undefined {
    if (!this.#files.has(site.file)) this.#files.set(site.file, this.#readLines(site.file))
    return this.#files.get(site.file)?.[site.line - 1]
  }

  #readLines(file: string): string[] | undefined {
    const path = file.startsWith('file:') ? pathOfUrl(file) : file
    if (path === undefined || !isAbsolute(path)) return undefined
    return readLines(path) ?? readLines(join(this.#cwd, relativePath(path, this.#runCwd)))
  }
}

function readLines(path: string): string[] | undefined {
  try {
    const stats = statSync(path)
    if (!stats.isFile() || stats.size > maxBytes) return undefined
    return readFileSync(path, 'utf8').split(/\r?\n/)
  } catch {
    return undefined
  }
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}
