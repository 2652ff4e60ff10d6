import { nearestName } from '../config/nearestName.ts'
import { outputFormats } from '../config/settingDefinitions.ts'
import type { OutputFormat } from '../config/Settings.ts'
import type { CommandOption, Invocation } from './Command.ts'
import { CommandError } from './CommandError.ts'

/** `--format` of the commands that print reports on stdout. */
export const formatOption: Record<string, CommandOption> = {
  format: { value: outputFormats.join('|'), description: 'How to print it (default: text).' },
}

/** The format that was asked for. */
export function readFormat({ options }: Pick<Invocation, 'options'>): OutputFormat {
  const name = options.format?.[0] ?? 'text'
  const format = outputFormats.find((candidate) => candidate === name)
  if (format !== undefined) return format
  const nearest = nearestName(name, outputFormats)
  throw new CommandError(
    `--format is ${JSON.stringify(name)}, expected one of ${outputFormats.join(', ')}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`,
  )
}
