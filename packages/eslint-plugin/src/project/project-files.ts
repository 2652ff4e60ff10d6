import type { FileHost, FileStamp } from './file-host.ts'

/** The files around one linted file: each is asked for at most once while that file is linted. */
export class ProjectFiles {
  readonly #host: FileHost
  readonly #stamps = new Map<string, FileStamp | undefined>()
  readonly #json = new Map<string, JsonObject | undefined>()

  constructor(host: FileHost) {
    this.#host = host
  }

  stat(path: string): FileStamp | undefined {
    if (!this.#stamps.has(path)) this.#stamps.set(path, this.#host.stat(path))
    return this.#stamps.get(path)
  }

  read(path: string): string | undefined {
    return this.#host.read(path)
  }

  /** A `package.json` or `tsconfig.json`, with the comments and the trailing commas that the latter may have. */
  readJson(path: string): JsonObject | undefined {
    if (!this.#json.has(path)) this.#json.set(path, this.stat(path) && parseJson(this.read(path)))
    return this.#json.get(path)
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const STRING = /"(?:\\.|[^"\\])*"/.source
const COMMENT = new RegExp(String.raw`${STRING}|//[^\n]*|/\*[\s\S]*?\*/`, 'g')
const TRAILING_COMMA = new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, 'g')

function parseJson(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined
  const keepStrings = (match: string): string => (match.startsWith('"') ? match : '')
  const plain = text
    .replace(/^\uFEFF/, '')
    .replaceAll(COMMENT, keepStrings)
    .replaceAll(TRAILING_COMMA, keepStrings)
  try {
    const value: unknown = JSON.parse(plain)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The folder of a file; with forward slashes, which every system understands. */
export function folderOf(path: string): string {
  const slashed = path.replaceAll('\\', '/')
  return slashed.slice(0, Math.max(0, slashed.lastIndexOf('/')))
}

/** `relative` as seen from `folder`. */
export function joinPath(folder: string, relative: string): string {
  if (isAbsolute(relative)) return relative
  const parts = folder.split('/')
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

function isAbsolute(path: string): boolean {
  return /^(?:[a-z]:)?\//i.test(path)
}

/** A folder and those around it, innermost first. */
export function listFoldersAround(folder: string): string[] {
  const folders: string[] = []
  for (let at = folder; at !== ''; at = folderOf(at)) folders.push(at)
  return folders
}
