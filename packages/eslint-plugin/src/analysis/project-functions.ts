import type { TSESTree } from '@typescript-eslint/utils'
import type { FunctionNode } from '../ast/function-node.ts'
import { resolveModule } from '../project/module-path.ts'
import type { ParsedFiles } from '../project/parsed-files.ts'
import { folderOf, type ProjectFiles } from '../project/project-files.ts'
import { TRIGGER_MODULES } from './contracts.ts'
import type { HandedBack } from './handed-back.ts'
import { type FileFunction, findImportedFunction, type ModuleLookup } from './imported-function.ts'
import { createOriginResolver } from './module-origin.ts'
import { createMajorLookup } from './package-version.ts'
import type { ImportedFunctions, SourceUnit } from './source-unit.ts'
import { mayStartChild } from './trigger-name.ts'

/** It may pass on names that are not in its text. */
const EXPORTS_ALL = /\bexport\s*\*|\b__export(?:Star)?\(|\bmodule\.exports\s*=\s*require\b/
/** It passes on names of other files, which may start what it does not mention itself. */
const RE_EXPORTS =
  /\bexport\s*\{[^}]*\}\s*from\b|\.defineProperty\(exports,\s*['"](?!__esModule)|\bexports(?:\.\w+)?\s*=\s*(?:require\(|\{[^}]*\brequire\()/

/** A sync call gives no child: of the files that name a module many have nothing else. */
const STARTS_HANDLE = new RegExp(
  String.raw`\b(?:spawn|fork|exec|execFile)\b|['"](?:${TRIGGER_MODULES.filter((name) => name !== 'child_process').join('|')})['"]`,
)

/** Files that are looked into for one linted file: a bound on what a tangle of imports may cost. */
const MAX_FILES = 100

export interface ProjectSetting {
  readonly files: ProjectFiles
  readonly parsed: ParsedFiles
  /** The linted file, which is taken as the linter has it: an editor may not have saved it. */
  readonly linted: () => SourceUnit
  /** The children that the functions of a file hand back. */
  readonly summarise: (unit: SourceUnit) => ReadonlyMap<FunctionNode, readonly HandedBack[]>
}

/** The functions that the linted file, and the files around it, import from each other. */
export function createProjectFunctions({ files, linted, parsed, summarise }: ProjectSetting): ImportedFunctions {
  const units = new Map<string, SourceUnit | undefined>()
  const paths = new Map<string, string | undefined>()
  const found = new Map<string, FileFunction | undefined>()
  const lookUpAny = createLookup((text, name) => name === undefined || text.includes(name) || EXPORTS_ALL.test(text))
  const lookUpStarting = createLookup(
    (text, name) => EXPORTS_ALL.test(text) || ((name === undefined || text.includes(name)) && mayPassOn(text)),
  )

  function mayPassOn(text: string): boolean {
    const { settings } = linted()
    const isStarting = mayStartChild(text, settings) && (settings.factories.length > 0 || STARTS_HANDLE.test(text))
    return isStarting || EXPORTS_ALL.test(text) || RE_EXPORTS.test(text)
  }

  function createLookup(accepts: (text: string, name: string | undefined) => boolean): ModuleLookup {
    return (specifier, from, name) => {
      const path = getPath(specifier, from)
      return path === undefined ? undefined : getUnit(path, (text) => accepts(text, name))
    }
  }

  function getPath(specifier: string, from: SourceUnit): string | undefined {
    const key = `${folderOf(from.filename)} ${specifier}`
    if (!paths.has(key)) paths.set(key, resolveModule(specifier, from.filename, files))
    return paths.get(key)
  }

  function getUnit(path: string, accepts: (text: string) => boolean): SourceUnit | undefined {
    const home = linted()
    if (path === home.filename.replaceAll('\\', '/')) return home
    if (units.has(path)) return units.get(path)
    const file = units.size < MAX_FILES ? parsed.get(path) : undefined
    if (!file || !accepts(file.text)) return undefined
    const { text, tree } = file
    const unit = tree && {
      ...home,
      ...tree,
      text,
      filename: path,
      resolveOrigin: createOriginResolver(tree.bindings),
      getMajor: createMajorLookup(path),
      // types are those of the linted file's tree
      findDeclaredFunction: undefined,
    }
    units.set(path, unit)
    return unit
  }

  function find(callee: TSESTree.Node, unit: SourceUnit, lookUp: ModuleLookup): FileFunction | undefined {
    const { module, path } = unit.resolveOrigin(callee) ?? {}
    if (!module || !path) return undefined
    const key = [lookUp === lookUpAny ? 'any' : 'starting', unit.filename, module, ...path].join('\0')
    if (!found.has(key)) found.set(key, findImportedFunction(callee, unit, lookUp))
    return found.get(key)
  }

  return {
    find: (callee, unit) => find(callee, unit, lookUpAny),
    listChildren(callee, unit) {
      const own = find(callee, unit, lookUpStarting)
      return (own && summarise(own.unit).get(own.callee)) ?? []
    },
    mayHandBack(specifier, unit) {
      const path = getPath(specifier, unit)
      const text = path === undefined ? undefined : parsed.get(path)?.text
      return text !== undefined && mayPassOn(text)
    },
  }
}
