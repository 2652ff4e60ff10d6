import { parseArgs, type ParseArgsConfig } from 'node:util'
import { nearestName } from '../config/nearestName.ts'
import { CommandError } from './CommandError.ts'
import type { Command, Invocation } from './Command.ts'

/** Reads the arguments that follow the name of a command; throws a CommandError that names what is wrong. */
export function parseInvocation(command: Command, args: string[]): Pick<Invocation, 'options' | 'operands' | 'rest'> {
  const end = args.indexOf('--')
  const own = end === -1 ? args : args.slice(0, end)
  const config: ParseArgsConfig = {
    args: own,
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  }
  const options: Invocation['options'] = {}
  const operands: string[] = []
  for (const token of parseArgs(config).tokens ?? []) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = command.options[token.name]
    if (!Object.hasOwn(command.options, token.name) || option === undefined) {
      const nearest = nearestName(token.name, Object.keys(command.options))
      throw new CommandError(
        `unknown option ${token.rawName} of ${command.name}${nearest === undefined ? '' : ` (did you mean --${nearest}?)`}; see runtime-guard ${command.name} --help.`,
      )
    }
    if (option.value === undefined && token.value !== undefined)
      throw new CommandError(`option ${token.rawName} of ${command.name} takes no value.`)
    if (option.value !== undefined && (token.value === undefined || token.value === ''))
      throw new CommandError(`option ${token.rawName} of ${command.name} needs a value: ${option.value}.`)
    if (Object.hasOwn(options, token.name) && option.multiple !== true)
      throw new CommandError(`option ${token.rawName} of ${command.name} is given twice.`)
    options[token.name] = [...(options[token.name] ?? []), token.value ?? '1']
  }
  return { options, operands, rest: end === -1 ? undefined : args.slice(end + 1) }
}
