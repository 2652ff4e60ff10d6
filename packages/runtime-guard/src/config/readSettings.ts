import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { internalVariables } from './internalVariables.ts'
import { nearestName } from './nearestName.ts'
import { defaultSettings, settingDefinitions, settingKeys } from './settingDefinitions.ts'
import type { Settings } from './Settings.ts'

/** Prefix of the environment variables of the settings. */
export const variablePrefix = 'RUNTIME_GUARD_'
/** Name of the configuration file. */
const configFileName = 'runtime-guard.config.json'
/** Key of package.json that holds the same object. */
const packageKey = 'runtime-guard'

export interface SettingsSource {
  env: NodeJS.ProcessEnv
  /** Where relative paths of variables start, and the search for files; absolute. */
  cwd: string
  /** Only the root of a run reads files: its members get their settings from it. */
  readFiles: boolean
  /** Is given one sentence for each value, name or file that is not understood. */
  warn: (sentence: string) => void
  /** What holds where nothing is set, instead of the general defaults. */
  defaults?: Partial<Settings>
}

/**
 * Reads the settings of a run: for each one the environment first, then `runtime-guard.config.json`, then the key
 * `runtime-guard` of package.json, each from the nearest directory upwards that has one. What is not understood is
 * said through `warn`, and the next source or the default holds. Never throws.
 */
export function readSettings(source: SettingsSource): Settings {
  const settings: Settings = { ...defaultSettings(), ...source.defaults }
  if (source.readFiles) {
    for (const file of findConfigFiles(source.cwd, source.warn)) applyConfigObject(settings, file, source.warn)
  }
  applyEnvironment(settings, source)
  return settings
}

interface ConfigFile {
  path: string
  /** How a key is shown in a sentence. */
  label: string
  values: Record<string, unknown>
}

/** Weakest first: package.json, then the configuration file. */
function findConfigFiles(cwd: string, warn: (sentence: string) => void): ConfigFile[] {
  let fromPackage: ConfigFile | undefined
  let fromFile: ConfigFile | undefined
  for (let directory = cwd; ; directory = dirname(directory)) {
    fromFile ??= readConfigFile(join(directory, configFileName), warn)
    fromPackage ??= readPackageKey(join(directory, 'package.json'), warn)
    if ((fromFile && fromPackage) || directory === dirname(directory)) break
  }
  return [fromPackage, fromFile].filter((file) => file !== undefined)
}

function readConfigFile(path: string, warn: (sentence: string) => void): ConfigFile | undefined {
  const text = readIfPresent(path, warn)
  if (text === undefined) return undefined
  // An unusable file still ends the search: settings from farther up would surprise more than none.
  const empty: ConfigFile = { path, label: path, values: {} }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    warn(`${path} is not valid JSON (${firstLine(error)}), so it is ignored.`)
    return empty
  }
  if (isObject(value)) return { ...empty, values: value }
  warn(`${path} must hold a JSON object with settings, so it is ignored.`)
  return empty
}

function readPackageKey(path: string, warn: (sentence: string) => void): ConfigFile | undefined {
  const text = readIfPresent(path, warn)
  if (!text?.includes(`"${packageKey}"`)) return undefined
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    // A broken package.json is for npm and Node to report.
    return undefined
  }
  if (!isObject(manifest) || !(packageKey in manifest)) return undefined
  const value = manifest[packageKey]
  const label = `${path} ("${packageKey}")`
  if (isObject(value)) return { path, label, values: value }
  warn(`${label} must be an object with settings, so it is ignored.`)
  return { path, label, values: {} }
}

function readIfPresent(path: string, warn: (sentence: string) => void): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR'
    // Under the permission model most of the file system is closed; that is the program's choice and no mistake.
    if (!isAbsent && code !== 'ERR_ACCESS_DENIED' && path.endsWith(configFileName))
      warn(`${path} cannot be read (${code ?? firstLine(error)}), so it is ignored.`)
    return undefined
  }
}

function applyConfigObject(settings: Settings, file: ConfigFile, warn: (sentence: string) => void): void {
  for (const [key, value] of Object.entries(file.values)) {
    if (key === '$schema') continue
    const known = settingKeys.find((candidate) => candidate === key)
    if (known === undefined) {
      warn(`${file.label}: unknown setting ${quote(key)}${suggest(key, settingKeys)}; it is ignored.`)
      continue
    }
    const parsed = settingDefinitions[known].parseJson(value, dirname(file.path))
    if ('value' in parsed) assign(settings, known, parsed.value)
    if ('expected' in parsed)
      warn(`${file.label}: ${known} is ${quote(value)}, expected ${parsed.expected}; it is ignored.`)
  }
}

function applyEnvironment(settings: Settings, source: SettingsSource): void {
  const variables = settingKeys.map((key) => variablePrefix + settingDefinitions[key].variable)
  for (const name of Object.keys(source.env)) {
    if (!name.startsWith(variablePrefix)) continue
    const text = source.env[name]
    // An empty variable is how a shell or a CI file unsets one.
    if (text === undefined || text === '' || internalVariables.includes(name)) continue
    const key = settingKeys[variables.indexOf(name)]
    if (key === undefined) {
      source.warn(`${name} is not a setting${suggest(name, variables)}; it is ignored.`)
      continue
    }
    const parsed = settingDefinitions[key].parseText(text, source.cwd)
    if ('value' in parsed) assign(settings, key, parsed.value)
    if ('expected' in parsed) source.warn(`${name} is ${quote(text)}, expected ${parsed.expected}; it is ignored.`)
  }
}

function assign(settings: Settings, key: keyof Settings, value: unknown): void {
  Object.assign(settings, { [key]: value })
}

function suggest(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates)
  return nearest === undefined ? '' : ` (did you mean ${nearest}?)`
}

/** JSON text escapes control characters, so that a value cannot steer the terminal. */
function quote(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function firstLine(error: unknown): string {
  return quote(String(error instanceof Error ? error.message : error).split('\n')[0])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
