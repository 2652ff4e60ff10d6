import type { TSESTree } from '@typescript-eslint/utils'
import type { Bindings } from '../ast/bindings.ts'
import { linkParents, type VisitorKeys } from '../ast/child-nodes.ts'
import { createTreeBindings } from '../ast/tree-bindings.ts'
import type { FileStamp } from './file-host.ts'
import type { ProjectFiles } from './project-files.ts'

/** One state of a file. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** Parsed when it is first asked for; `undefined` when it cannot be parsed. */
  readonly tree: ParsedTree | undefined
}

export interface ParsedTree {
  readonly program: TSESTree.Program
  readonly bindings: Bindings
}

/** How the linted file is parsed: `context.languageOptions` and its visitor keys. */
export interface LanguageSetting {
  readonly parser?: unknown
  readonly parserOptions?: unknown
  readonly ecmaVersion?: unknown
  readonly sourceType?: unknown
}

export interface Parser {
  readonly parse?: (text: string, options: object) => unknown
  readonly parseForESLint?: (text: string, options: object) => { readonly ast?: unknown }
}

/** In bytes. What is larger is a bundle or a table, and takes longer to parse than the file that is linted. */
const MAX_FILE_SIZE = 256 * 1024
/** In characters of source, whose trees take some thirty times as much memory. */
const MAX_CACHE_SIZE = 2 * 1024 * 1024

interface Entry {
  readonly stamp: FileStamp
  readonly file: SourceFile
}

/**
 * What a process has read, by the parser that reads it. An entry is only used while the file has the time and the size
 * that it had, so what a run says does not depend on what was linted before.
 */
const caches = new WeakMap<object, Map<string, Entry>>()

/** Other files, read and parsed as the linted one was; each at most once in a process while it does not change. */
export class ParsedFiles {
  readonly #files: ProjectFiles
  readonly #parser: Parser
  readonly #options: Readonly<Record<string, unknown>>
  readonly #visitorKeys: VisitorKeys | undefined
  readonly #cache: Map<string, Entry>

  constructor(files: ProjectFiles, parser: object, language: LanguageSetting, visitorKeys: VisitorKeys | undefined) {
    this.#files = files
    this.#parser = parser
    this.#options = readOptions(language)
    this.#visitorKeys = visitorKeys
    let cache = caches.get(parser)
    if (!cache) caches.set(parser, (cache = new Map<string, Entry>()))
    this.#cache = cache
  }

  /** `undefined` for a file that is missing, unreadable or too large. */
  get(path: string): SourceFile | undefined {
    const stamp = this.#files.stat(path)
    if (!stamp || stamp.size > MAX_FILE_SIZE) return undefined
    const key = `${path} ${String(this.#options.ecmaVersion)} ${String(this.#options.sourceType)}`
    const known = this.#cache.get(key)
    // the last one used is the last one in the map
    this.#cache.delete(key)
    if (known?.stamp.mtimeMs === stamp.mtimeMs && known.stamp.size === stamp.size) {
      this.#cache.set(key, known)
      return known.file
    }
    const text = this.#files.read(path)
    if (text === undefined) return undefined
    const file = new LazyFile(path, text, () => this.#parse(path, text))
    this.#cache.set(key, { stamp, file })
    this.#forget()
    return file
  }

  #forget(): void {
    let size = 0
    for (const { file } of this.#cache.values()) size += file.text.length
    for (const [key, { file }] of this.#cache) {
      if (size <= MAX_CACHE_SIZE) return
      this.#cache.delete(key)
      size -= file.text.length
    }
  }

  #parse(path: string, text: string): ParsedTree | undefined {
    return parseTree(path, text, this.#parser, this.#options, this.#visitorKeys)
  }
}

/** `undefined` for what the parser takes for no program. */
export function parseTree(
  path: string,
  text: string,
  parser: Parser,
  options: Readonly<Record<string, unknown>>,
  visitorKeys: VisitorKeys | undefined,
): ParsedTree | undefined {
  for (const sourceType of listSourceTypes(path, options.sourceType)) {
    try {
      const program = parseWith(parser, text, { ...options, sourceType, filePath: path })
      if (!program) continue
      linkParents(program, visitorKeys)
      return { program, bindings: createTreeBindings(program, visitorKeys) }
    } catch {
      // another kind of module, another language, or a mistake: the next time it is saved it may be right
    }
  }
  return undefined
}

class LazyFile implements SourceFile {
  readonly path: string
  readonly text: string
  #parse: (() => ParsedTree | undefined) | undefined
  #tree: ParsedTree | undefined

  constructor(path: string, text: string, parse: () => ParsedTree | undefined) {
    this.path = path
    this.text = text
    this.#parse = parse
  }

  get tree(): ParsedTree | undefined {
    if (this.#parse) this.#tree = this.#parse()
    this.#parse = undefined
    return this.#tree
  }
}

/** The parser's own options, without those that would start a type checker. */
function readOptions({ ecmaVersion, parserOptions, sourceType }: LanguageSetting): Readonly<Record<string, unknown>> {
  const given = typeof parserOptions === 'object' && parserOptions !== null ? parserOptions : {}
  const own = Object.fromEntries(
    Object.entries(given).filter(([name]) => !/^(?:project|programs?|tsconfigRootDir|EXPERIMENTAL_)/.test(name)),
  )
  return { ecmaVersion, sourceType, ...own, range: true, loc: true, tokens: false, comment: false }
}

/** What the extension says, else what the linted file is; then the other kind. */
function listSourceTypes(path: string, own: unknown): unknown[] {
  if (/\.m[jt]s$/.test(path)) return ['module']
  if (/\.c[jt]s$/.test(path)) return ['commonjs', 'script']
  return own === 'module' ? ['module', 'commonjs'] : ['commonjs', 'module']
}

/** `parse` alone where there is one: it leaves out the analysis of scopes. */
function parseWith(parser: Parser, text: string, options: object): TSESTree.Program | undefined {
  const parsed = parser.parse ? parser.parse(text, options) : parser.parseForESLint?.(text, options).ast
  const isProgram = typeof parsed === 'object' && parsed !== null && 'type' in parsed && parsed.type === 'Program'
  return isProgram ? (parsed as TSESTree.Program) : undefined
}
