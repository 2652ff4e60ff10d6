import { resolve, sep } from 'node:path'
import { nearestName } from './nearestName.ts'
import type { Enforcement, Mode, OutputFormat, OutputTarget, Settings } from './Settings.ts'

/** A value that was understood, or what was expected instead: the end of a sentence that starts with "expected". */
type Parsed<T> = { value: T } | { expected: string }

/** The types that a setting has in a configuration file, as a JSON Schema. */
type ValueSchema = Record<string, unknown>

/** One setting: environment variable, key of a configuration file, command line option, help and documentation derive from it. */
interface SettingDefinition<T> {
  /** Without the prefix `RUNTIME_GUARD_`. */
  variable: string
  /** The values, for help and documentation. */
  values: string
  default: T
  /** The default as it would be typed; empty when there is none. */
  defaultText: string
  /** One sentence. */
  description: string
  /** A `boolean` needs no value on the command line. */
  flag: boolean
  /** Reads the text of a variable or option. Relative paths are resolved against `base`. */
  parseText: (text: string, base: string) => Parsed<T>
  /** Reads the value of a key of a configuration file. */
  parseJson: (value: unknown, base: string) => Parsed<T>
  schema: ValueSchema
}

export type SettingDefinitions = { [Key in keyof Settings]: SettingDefinition<Settings[Key]> }

interface Description<T> {
  variable: string
  default: T
  description: string
}

function choice<T extends string>(values: readonly T[], description: Description<T>): SettingDefinition<T> {
  const parseText = (text: string): Parsed<T> => {
    const value = values.find((candidate) => candidate === text)
    if (value !== undefined) return { value }
    const nearest = nearestName(text, values)
    return { expected: `${oneOf(values)}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}` }
  }
  return {
    ...description,
    values: values.join(', '),
    defaultText: description.default,
    flag: false,
    parseText,
    parseJson: (value) => (typeof value === 'string' ? parseText(value) : { expected: oneOf(values) }),
    schema: { enum: [...values] },
  }
}

function flag(description: Description<boolean>): SettingDefinition<boolean> {
  return {
    ...description,
    values: '1, 0',
    defaultText: description.default ? '1' : '0',
    flag: true,
    parseText(text) {
      if (text === '1' || text === 'true') return { value: true }
      if (text === '0' || text === 'false') return { value: false }
      return { expected: '1 or 0' }
    },
    parseJson: (value) => (typeof value === 'boolean' ? { value } : { expected: 'true or false' }),
    schema: { type: 'boolean' },
  }
}

/** Longer waits overflow the timers of Node, which then fire at once. */
const longestWaitMs = 2 ** 31 - 1

function wholeNumber(
  range: { unit: string; least: number; most: number },
  description: Description<number>,
): SettingDefinition<number> {
  const expected = `a whole number${range.unit === '' ? '' : ` of ${range.unit}`} from ${range.least} to ${range.most}`
  const check = (value: number): Parsed<number> =>
    Number.isInteger(value) && value >= range.least && value <= range.most ? { value } : { expected }
  return {
    ...description,
    values: range.unit === '' ? `${range.least}–${range.most}` : range.unit,
    defaultText: String(description.default),
    flag: false,
    parseText: (text) => (/^\d{1,15}$/.test(text) ? check(Number(text)) : { expected }),
    parseJson: (value) => (typeof value === 'number' ? check(value) : { expected }),
    schema: { type: 'integer', minimum: range.least, maximum: range.most },
  }
}

function path(kind: 'file' | 'directory', description: Description<string | null>): SettingDefinition<string | null> {
  const expected = `the path of a ${kind}`
  const parseText = (text: string, base: string): Parsed<string | null> =>
    text.includes('\0') ? { expected } : { value: resolve(base, text) }
  return {
    ...description,
    values: `path of a ${kind}`,
    defaultText: '',
    flag: false,
    parseText,
    parseJson: (value, base) => (typeof value === 'string' && value !== '' ? parseText(value, base) : { expected }),
    schema: { type: 'string', minLength: 1 },
  }
}

/** A list is separated by commas in text, an array in JSON (where one text is read like the variable). */
function list<T, Item>(
  kind: {
    values: string
    defaultText: string
    expected: string
    parseItem(text: string, base: string): Parsed<Item>
    combine(items: Item[]): T
  },
  description: Description<T>,
): SettingDefinition<T> {
  const parseAll = (texts: string[], base: string): Parsed<T> => {
    const items: Item[] = []
    for (const text of texts) {
      const item = kind.parseItem(text, base)
      if ('expected' in item) return item
      items.push(item.value)
    }
    return items.length === 0 ? { expected: kind.expected } : { value: kind.combine(items) }
  }
  const split = (text: string): string[] =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  return {
    ...description,
    values: kind.values,
    defaultText: kind.defaultText,
    flag: false,
    parseText: (text, base) => parseAll(split(text), base),
    parseJson(value, base) {
      if (typeof value === 'string') return parseAll(split(value), base)
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return parseAll(value, base)
      return { expected: `a list of ${kind.expected}` }
    },
    schema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
  }
}

/** The formats that this version renders. */
export const outputFormats: readonly OutputFormat[] = ['text', 'json', 'ndjson', 'github']
const plannedFormats: readonly string[] = ['sarif', 'junit', 'html', 'trace']

function parseTarget(text: string, base: string): Parsed<OutputTarget> {
  const colon = text.indexOf(':')
  const name = colon === -1 ? text : text.slice(0, colon)
  const format = outputFormats.find((candidate) => candidate === name)
  if (format === undefined) {
    if (plannedFormats.includes(name))
      return { expected: `${oneOf(outputFormats)}, because ${name} is not supported by this version` }
    const nearest = nearestName(name, outputFormats)
    return { expected: `${oneOf(outputFormats)}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}` }
  }
  if (colon === -1) return { value: { format, path: null } }
  const given = text.slice(colon + 1)
  if (given === '' || given.includes('\0')) return { expected: `a path after "${name}:"` }
  const isDirectory = given.endsWith('/') || given.endsWith(sep)
  return { value: { format, path: resolve(base, given) + (isDirectory ? sep : '') } }
}

const enforcements = 'tree, deadline:<ms> or exit'

function parseEnforcement(text: string): Parsed<Partial<Enforcement>> {
  if (text === 'tree') return { value: { tree: true } }
  if (text === 'exit') return { value: { exit: true } }
  const deadline = /^deadline:(\d{1,10})$/.exec(text)
  const deadlineMs = Number(deadline?.[1])
  if (deadlineMs >= 1 && deadlineMs <= longestWaitMs) return { value: { deadlineMs } }
  return { expected: enforcements }
}

/** As the variable has it; empty when nothing is enforced. */
export function formatEnforcement({ tree, deadlineMs, exit }: Enforcement): string {
  return [tree && 'tree', deadlineMs !== null && `deadline:${deadlineMs}`, exit && 'exit'].filter(Boolean).join()
}

export const settingDefinitions: SettingDefinitions = {
  mode: choice<Mode>(['report', 'fail', 'kill', 'off'], {
    variable: 'MODE',
    default: 'report',
    description:
      'What to do with findings: report them, fail the run (the default of `runtime-guard run`), fail it and end what is left, or be off.',
  }),
  out: list(
    {
      values: 'comma list of format[:path]; formats: ' + outputFormats.join(', '),
      defaultText: 'text',
      expected: oneOf(outputFormats),
      parseItem: parseTarget,
      combine: (targets) => targets,
    },
    {
      variable: 'OUT',
      default: [{ format: 'text', path: null }],
      description:
        'Where reports go: to stderr, or to a path; one that ends in / is a directory with one file per root; ndjson is appended.',
    },
  ),
  strict: flag({
    variable: 'STRICT',
    default: false,
    description: 'Warnings count as errors, and what could not be inspected counts as a finding.',
  }),
  handles: flag({
    variable: 'HANDLES',
    default: false,
    description:
      'Load why-is-node-running, which has to be installed, at the start of each process, to name on stderr what keeps it running beside children when it has done nothing for `HANG_AFTER_MS`. Code full of promises is five times slower. Files are asked by `runtime-guard run` only: the preload acts before it reads any.',
  }),
  cookie: choice(['inherit', 'inject', 'off'], {
    variable: 'COOKIE',
    default: 'inherit',
    description:
      'How the mark of the run reaches children: with the environment, also into an environment of their own, or not at all. Files are asked by `runtime-guard run` only: the preload acts before it reads any.',
  }),
  enforce: list(
    {
      values: `comma list of ${enforcements}`,
      defaultText: '',
      expected: enforcements,
      parseItem: parseEnforcement,
      combine: (parts) =>
        parts.reduce<Enforcement>((all, part) => ({ ...all, ...part }), { tree: false, deadlineMs: null, exit: false }),
    },
    {
      variable: 'ENFORCE',
      default: { tree: false, deadlineMs: null, exit: false },
      description:
        "Make the program's own timeout, signal and kill reach the whole tree and escalate to SIGKILL, bound children without a deadline, end children with their owner. Files are asked by `runtime-guard run` only: the preload acts before it reads any.",
    },
  ),
  attribution: choice(['auto', 'on', 'off'], {
    variable: 'ATTRIBUTION',
    default: 'auto',
    description:
      'With the adapter of a test framework, follow the current test through asynchronous calls: auto is on from Node 24, where it costs next to nothing.',
  }),
  failTests: flag({
    variable: 'FAIL_TESTS',
    default: false,
    description:
      'With the adapter of a test framework, a test fails in its report whose children are alive when it has ended.',
  }),
  dir: path('directory', {
    variable: 'DIR',
    default: null,
    description:
      'Where journals are kept: runtime-guard-<uid> in the directory for temporary files unless set. Files are asked by `runtime-guard run` and the other commands only: the preload acts before it reads any.',
  }),
  redact: list(
    {
      values: 'comma list of globs',
      defaultText: '',
      expected: 'glob',
      parseItem: (text): Parsed<string> => ({ value: text }),
      combine: (globs) => globs,
    },
    {
      variable: 'REDACT',
      default: [],
      description: 'Arguments to hide in reports, beside those that look like secrets.',
    },
  ),
  graceMs: wholeNumber(
    { unit: 'milliseconds', least: 0, most: longestWaitMs },
    {
      variable: 'GRACE_MS',
      default: 300,
      description: 'How long a child may live on after its owner before it is a finding.',
    },
  ),
  killGraceMs: wholeNumber(
    { unit: 'milliseconds', least: 0, most: longestWaitMs },
    {
      variable: 'KILL_GRACE_MS',
      default: 2000,
      description:
        'How long a process that a signal was sent to may take to end before it is accused, or ended with SIGKILL.',
    },
  ),
  hangAfterMs: wholeNumber(
    { unit: 'milliseconds', least: 0, most: longestWaitMs },
    {
      variable: 'HANG_AFTER_MS',
      default: 10_000,
      description:
        'How long nothing may happen in a program that only its children keep alive, or below a synchronous call, before they are named on stderr; 0: never.',
    },
  ),
  allow: path('file', {
    variable: 'ALLOW',
    default: null,
    description: 'Rules that accept findings, each with a reason.',
  }),
  baseline: path('file', {
    variable: 'BASELINE',
    default: null,
    description: 'Findings of an earlier run that are accepted, as written by `runtime-guard report --write-baseline`.',
  }),
  exitCode: wholeNumber(
    { unit: '', least: 1, most: 255 },
    {
      variable: 'EXIT_CODE',
      default: 70,
      description:
        'Exit code of a run that fails because of findings; a failure of the program itself keeps its own code.',
    },
  ),
}

/** Keys of the settings in the order of the documentation. */
export const settingKeys: readonly (keyof Settings)[] = Object.keys(settingDefinitions) as (keyof Settings)[]

/** The settings as they are when nobody sets any. */
export function defaultSettings(): Settings {
  return Object.fromEntries(
    settingKeys.map((key) => [key, structuredClone(settingDefinitions[key].default)]),
  ) as unknown as Settings
}

function oneOf(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.slice(-1).join('')}`
}
