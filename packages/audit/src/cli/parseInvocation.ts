import { parseArgs, type ParseArgsConfig } from 'node:util'
import { options } from './options.ts'
import { UsageError } from './UsageError.ts'

export const formats = ['text', 'json', 'sarif'] as const

/** What the command was called with. */
export interface Invocation {
  readonly format: (typeof formats)[number]
  readonly output: string | undefined
  readonly project: string | undefined
  readonly settings: string
  readonly writesSettings: boolean
  readonly checks: boolean
  readonly isVerbose: boolean
  readonly asksFor: 'help' | 'version' | undefined
}

/** Reads the command line; throws a UsageError that names what is wrong. */
export function parseInvocation(args: readonly string[]): Invocation {
  const config: ParseArgsConfig = {
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { short, value }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) },
      ]),
    ),
  }
  const given = new Map<string, string>()
  for (const token of parseArgs(config).tokens ?? []) {
    if (token.kind === 'positional')
      throw new UsageError(`unknown argument ${JSON.stringify(token.value)}; a project is named by --project.`)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name as keyof typeof options] : undefined
    if (!option) throw new UsageError(`unknown option ${token.rawName}; child-process-audit --help lists them.`)
    if (option.value === undefined && token.value !== undefined)
      throw new UsageError(`option ${token.rawName} takes no value.`)
    if (option.value !== undefined && (token.value === undefined || token.value === ''))
      throw new UsageError(`option ${token.rawName} needs a value: ${option.value}.`)
    if (given.has(token.name)) throw new UsageError(`option ${token.rawName} is given twice.`)
    given.set(token.name, token.value ?? '')
  }
  const format = given.get('format') ?? 'text'
  if (!isFormat(format)) throw new UsageError(`--format ${format}: expected one of ${formats.join(', ')}.`)
  if (given.has('check') && given.has('write-settings'))
    throw new UsageError('--check and --write-settings exclude each other: one compares, the other one writes.')
  return {
    format,
    output: given.get('output'),
    project: given.get('project'),
    settings: given.get('settings') ?? 'child-process.settings.json',
    writesSettings: given.has('write-settings'),
    checks: given.has('check'),
    isVerbose: given.has('verbose'),
    asksFor: given.has('help') ? 'help' : given.has('version') ? 'version' : undefined,
  }
}

function isFormat(name: string): name is Invocation['format'] {
  return (formats as readonly string[]).includes(name)
}
