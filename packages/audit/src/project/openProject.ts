import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { Project, ts } from 'ts-morph'
import { listSourceFiles } from './listSourceFiles.ts'
import { createImportResolver } from './resolveImport.ts'
import { ProjectError } from './ProjectError.ts'
import { SourceProject } from './SourceProject.ts'

export interface ProjectOptions {
  /** Absolute: the folder that paths in reports and settings are relative to, and that is searched when there is no configuration. */
  readonly cwd: string
  /** A tsconfig.json or the folder of one; by default `tsconfig.json`, else `jsconfig.json`, of `cwd`. */
  readonly project?: string | undefined
}

/** Reads a project: by its configuration and those that it refers to, or all source files of the folder. */
export function openProject({ cwd, project }: ProjectOptions): SourceProject {
  const config = findConfig(cwd, project)
  if (config === undefined) return readFolder(cwd)
  const files = new Map<string, ts.CompilerOptions>()
  for (const parsed of readConfigs(config))
    for (const file of parsed.files) files.set(file, files.get(file) ?? parsed.options)
  const [options] = files.values()
  if (!options) throw new ProjectError(`${relative(cwd, config)} includes no source files.`)
  return createProject(cwd, config, [...files.keys()].sort(), options)
}

function findConfig(cwd: string, project: string | undefined): string | undefined {
  if (project === undefined)
    return ['tsconfig.json', 'jsconfig.json'].map((name) => path.join(cwd, name)).find((file) => existsSync(file))
  const given = path.resolve(cwd, project)
  if (!existsSync(given)) throw new ProjectError(`--project ${project}: there is no such file.`)
  if (!statSync(given).isDirectory()) return given
  const file = path.join(given, 'tsconfig.json')
  if (!existsSync(file)) throw new ProjectError(`--project ${project}: the folder has no tsconfig.json.`)
  return file
}

interface Config {
  readonly files: readonly string[]
  readonly options: ts.CompilerOptions
}

/** The configuration and, as `tsc --build` does, those that it refers to; each once. */
function readConfigs(file: string, seen = new Set<string>()): Config[] {
  if (seen.has(file)) return []
  seen.add(file)
  if (!existsSync(file))
    throw new ProjectError(`${file}: there is no such configuration, but another one refers to it.`)
  const { error } = ts.readConfigFile(file, (name) => ts.sys.readFile(name))
  if (error) throw new ProjectError(`${file}: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`)
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    // without node_modules a base that comes from a package is missing: what the configuration says itself still holds
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new ProjectError(`${file}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`)
    },
  }
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, host)
  if (!parsed) throw new ProjectError(`${file}: it cannot be read.`)
  const own = {
    files: parsed.fileNames.filter((name) => !/\.(?:d\.[cm]?ts|json)$/.test(name)),
    options: parsed.options,
  }
  const references = (parsed.projectReferences ?? []).flatMap((reference) =>
    readConfigs(ts.resolveProjectReferencePath(reference), seen),
  )
  return [own, ...references]
}

function readFolder(cwd: string): SourceProject {
  const files = listSourceFiles(cwd)
  if (files.length === 0)
    throw new ProjectError(`${cwd} has neither a tsconfig.json nor a JavaScript or TypeScript file.`)
  return createProject(cwd, undefined, files, {})
}

/** Types help to find where a name leads; that they are right is the compiler's business. */
function createProject(
  cwd: string,
  config: string | undefined,
  files: readonly string[],
  given: ts.CompilerOptions,
): SourceProject {
  const plain: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.Preserve,
    esModuleInterop: true,
  }
  const own = new Set(files.map((file) => file.replaceAll('\\', '/')))
  const resolve = createImportResolver(cwd, (file) => own.has(file))
  const project = new Project({
    compilerOptions: {
      ...(config === undefined ? plain : given),
      allowJs: true,
      checkJs: false,
      // of the language, for the types of collections; neither the browser's nor Node's names matter
      lib: ['lib.esnext.d.ts'],
      types: [],
      noEmit: true,
      skipLibCheck: true,
      composite: false,
      incremental: false,
      maxNodeModuleJsDepth: 0,
      // otherwise a value that may be missing has two types, and its members none
      strictNullChecks: false,
    },
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    resolutionHost: (host, getOptions) => ({
      resolveModuleNames: (names, from) =>
        names.map((name) => {
          const found = resolve(name, from, getOptions(), host)
          return found === undefined ? undefined : { resolvedFileName: found, isExternalLibraryImport: false }
        }),
    }),
  })
  for (const file of files) project.addSourceFileAtPathIfExists(file)
  return new SourceProject(cwd, config, project)
}

function relative(cwd: string, file: string): string {
  return path.relative(cwd, file) || file
}
