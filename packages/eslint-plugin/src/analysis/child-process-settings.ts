import { FACTORY_CONTRACTS } from './contracts.ts'

/** A function named in the settings: `name` alone matches by name in the file, with `from` by the module it comes from. */
export interface FunctionReference {
  /** A package, or a file relative to the working directory (`./src/run.js`). */
  readonly from: string | undefined
  /** An export (`default` for the default one) or, without `from`, a dotted name as it is called (`log.fatal`). */
  readonly name: string
}

export interface FactoryReference extends FunctionReference {
  /** The function of `child_process` that it is like. */
  readonly like: string
}

/** `settings.childProcess`, validated. */
export interface ChildProcessSettings {
  /** Functions that return a child. */
  readonly factories: readonly FactoryReference[]
  /** Functions that, given a child, observe its end and its failed start. */
  readonly observers: readonly FunctionReference[]
  /** Functions that, given a child or a stream, consume its output. */
  readonly drainers: readonly FunctionReference[]
  /** Functions that, given a child or a pid, end the child. */
  readonly killers: readonly FunctionReference[]
  /** Functions that never return. */
  readonly neverReturns: readonly FunctionReference[]
}

export interface SettingsResult {
  readonly settings: ChildProcessSettings
  /** What is wrong with the settings, naming the key and what was expected. */
  readonly problem?: string
}

const KEYS = ['factories', 'observers', 'drainers', 'killers', 'neverReturns'] as const
type Key = (typeof KEYS)[number]

export const NO_SETTINGS: ChildProcessSettings = {
  factories: [],
  observers: [],
  drainers: [],
  killers: [],
  neverReturns: [],
}

const REFERENCE = `'name', 'module#export' or { from, name }`
const LIKE = Object.keys(FACTORY_CONTRACTS)

// ESLint hands every file of a configuration the same settings object
const validated = new WeakMap<object, SettingsResult>()

/** Reads `settings.childProcess`; malformed settings count as none and are described in `problem`. */
export function readChildProcessSettings(settings: Readonly<Record<string, unknown>>): SettingsResult {
  const value = settings.childProcess
  if (value === undefined) return { settings: NO_SETTINGS }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { settings: NO_SETTINGS, problem: describe('', `an object with the keys ${KEYS.join(', ')}`, value) }
  }
  const cached = validated.get(value)
  if (cached) return cached
  const result = validate(value as Record<string, unknown>)
  validated.set(value, result)
  return result
}

// oxlint has one `sourceCode` for all files, and forgets between two of them what a WeakMap (but no WeakSet) holds for it
const reported = new WeakMap<object, true>()

/** The problem of the settings, for the first rule that asks for a file: it is to be reported once, not once per rule. */
export function claimSettingsProblem(
  settings: Readonly<Record<string, unknown>>,
  sourceCode: object,
): string | undefined {
  const { problem } = readChildProcessSettings(settings)
  if (problem === undefined || reported.has(sourceCode)) return undefined
  reported.set(sourceCode, true)
  return problem
}

function validate(value: Record<string, unknown>): SettingsResult {
  const read: Record<Key, FunctionReference[]> = {
    factories: [],
    observers: [],
    drainers: [],
    killers: [],
    neverReturns: [],
  }
  for (const [key, entries] of Object.entries(value)) {
    if (!KEYS.includes(key as Key)) {
      return {
        settings: NO_SETTINGS,
        problem: `Unknown key \`settings.childProcess.${key}\`: expected one of ${KEYS.join(', ')}.`,
      }
    }
    const isFactory = key === 'factories'
    const expected = isFactory
      ? `${REFERENCE.slice(0, -2)}, like? } with \`like\` one of ${LIKE.join(', ')}`
      : REFERENCE
    if (!Array.isArray(entries)) {
      return { settings: NO_SETTINGS, problem: describe(`.${key}`, `an array of ${expected}`, entries) }
    }
    for (const [index, entry] of entries.entries()) {
      const reference = readReference(entry, isFactory)
      if (!reference) return { settings: NO_SETTINGS, problem: describe(`.${key}[${index}]`, expected, entry) }
      read[key as Key].push(reference)
    }
  }
  return { settings: read as unknown as ChildProcessSettings }
}

function readReference(entry: unknown, isFactory: boolean): FactoryReference | FunctionReference | undefined {
  if (typeof entry === 'string') {
    const match = /^(?:([^#]+)#)?([\w$]+(?:\.[\w$]+)*)$/.exec(entry)
    return match?.[2] === undefined
      ? undefined
      : { from: match[1], name: match[2], ...(isFactory && { like: 'spawn' }) }
  }
  if (typeof entry !== 'object' || entry === null) return undefined
  const { from, name, like, ...rest } = entry as Record<string, unknown>
  if (typeof name !== 'string' || name === '' || (from !== undefined && typeof from !== 'string')) return undefined
  if (Object.keys(rest).length > 0) return undefined
  if (!isFactory) return like === undefined ? { from, name } : undefined
  if (like !== undefined && (typeof like !== 'string' || !LIKE.includes(like))) return undefined
  return { from, name, like: like ?? 'spawn' }
}

function describe(key: string, expected: string, actual: unknown): string {
  return `\`settings.childProcess${key}\` must be ${expected}, not ${describeValue(actual)}.`
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object of another shape' : `a value of type ${typeof value}`
}
