import path from 'node:path'
import * as estree from '@typescript-eslint/typescript-estree'
import { analyseFile, type FileAnalysis, type Span } from 'eslint-plugin-child-process/analysis'
import { type Project, ts } from 'ts-morph'
import { findNode } from './findNode.ts'
import { type Manifest, readManifest } from './Manifest.ts'

/** A place in a file of the project. */
export interface Site {
  /** Relative to the project's folder, with forward slashes. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

/** A file that cannot be inspected. */
export interface FileProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** A project as a whole: its files, what their names mean, and the life-cycle analysis of each of them. */
export class SourceProject {
  /** Absolute. */
  readonly root: string
  /** Absolute. */
  readonly config: string | undefined
  readonly files: readonly ts.SourceFile[]
  readonly checker: ts.TypeChecker
  readonly manifest: Manifest
  readonly problems: readonly FileProblem[]
  /** `settings.childProcess` of the reviewed file, with which every file is analysed. */
  settings: Readonly<Record<string, unknown>> = {}
  readonly #own: ReadonlyMap<string, ts.SourceFile>
  readonly #analyses = new Map<string, FileAnalysis | undefined>()
  readonly #names = new Map<ts.SourceFile, Map<string, ts.Node[]>>()

  constructor(root: string, config: string | undefined, project: Project) {
    this.root = root
    this.config = config
    const program = project.getProgram().compilerObject
    const names = new Set(project.getSourceFiles().map((file) => file.getFilePath() as string))
    this.files = program.getSourceFiles().filter(({ fileName }) => names.has(fileName))
    this.#own = new Map(this.files.map((file) => [file.fileName, file]))
    this.checker = program.getTypeChecker()
    this.manifest = readManifest(root)
    this.problems = this.files.flatMap((file) => {
      const [first] = program.getSyntacticDiagnostics(file)
      if (!first) return []
      const line = file.getLineAndCharacterOfPosition(first.start).line + 1
      return {
        file: this.relative(file.fileName),
        line,
        message: ts.flattenDiagnosticMessageText(first.messageText, ' '),
      }
    })
  }

  /** In lines, blank ones included. */
  get lines(): number {
    return this.files.reduce((sum, file) => sum + file.getLineStarts().length, 0)
  }

  isOwn(file: ts.SourceFile): boolean {
    return this.#own.has(file.fileName)
  }

  /** `undefined` for a file that cannot be parsed. */
  analyse(file: ts.SourceFile): FileAnalysis | undefined {
    if (!this.#analyses.has(file.fileName))
      this.#analyses.set(
        file.fileName,
        analyseFile({
          filename: file.fileName,
          cwd: this.root,
          text: file.text,
          parser: { parse: (text, options) => estree.parse(text, options) },
          settings: { childProcess: this.settings },
        }),
      )
    return this.#analyses.get(file.fileName)
  }

  findFile(filename: string): ts.SourceFile | undefined {
    return this.#own.get(filename.replaceAll('\\', '/'))
  }

  /** Identifiers, and strings in brackets, with this text, in all files. */
  *findNames(name: string): Generator<ts.Node> {
    for (const file of this.files) {
      if (!file.text.includes(name)) continue
      let index = this.#names.get(file)
      if (!index) this.#names.set(file, (index = indexNames(file)))
      yield* index.get(name) ?? []
    }
  }

  findNode(file: ts.SourceFile, span: Span): ts.Node | undefined {
    return findNode(file, span)
  }

  getSite(node: ts.Node): Site {
    const file = node.getSourceFile()
    return this.getSiteAt(file, node.getStart(file))
  }

  getSiteAt(file: ts.SourceFile, position: number): Site {
    const { character, line } = file.getLineAndCharacterOfPosition(position)
    return { file: this.relative(file.fileName), line: line + 1, column: character + 1 }
  }

  relative(file: string): string {
    return path.relative(this.root, file).replaceAll('\\', '/')
  }
}

function indexNames(file: ts.SourceFile): Map<string, ts.Node[]> {
  const index = new Map<string, ts.Node[]>()
  const pending: ts.Node[] = [file]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (
      ts.isIdentifier(node) ||
      ts.isPrivateIdentifier(node) ||
      (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent))
    ) {
      const known = index.get(node.text)
      if (known) known.push(node)
      else index.set(node.text, [node])
    }
    ts.forEachChild(node, (child) => {
      pending.push(child)
    })
  }
  for (const nodes of index.values()) nodes.sort((a, b) => a.pos - b.pos)
  return index
}
