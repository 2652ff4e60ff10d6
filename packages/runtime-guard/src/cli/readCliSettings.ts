import { optionName } from '../config/describeSettings.ts'
import { readSettings } from '../config/readSettings.ts'
import { settingDefinitions, settingKeys } from '../config/settingDefinitions.ts'
import type { Settings } from '../config/Settings.ts'
import type { CommandOption, Invocation } from './Command.ts'
import { CommandError } from './CommandError.ts'

/** The settings as options of a command: `--grace-ms` for `RUNTIME_GUARD_GRACE_MS`. */
export function settingOptions(keys: readonly (keyof Settings)[] = settingKeys): Record<string, CommandOption> {
  return Object.fromEntries(
    keys.map((key): [string, CommandOption] => {
      const { variable, values, description, flag } = settingDefinitions[key]
      return [optionName(variable), flag ? { description } : { description, value: shortValue(values) }]
    }),
  )
}

/** The settings of a command: its options first, then the usual sources. A wrong option is a wrong call. */
export function readCliSettings(
  { options, warn }: Pick<Invocation, 'options' | 'warn'>,
  defaults: Partial<Settings> = {},
): Settings {
  const cwd = process.cwd()
  const settings = readSettings({ env: process.env, cwd, readFiles: true, defaults, warn })
  for (const key of settingKeys) {
    const name = optionName(settingDefinitions[key].variable)
    const text = options[name]?.[0]
    if (text === undefined) continue
    const parsed = settingDefinitions[key].parseText(text, cwd)
    if ('expected' in parsed)
      throw new CommandError(`--${name} is ${JSON.stringify(text)}, expected ${parsed.expected}.`)
    Object.assign(settings, { [key]: parsed.value })
  }
  return settings
}

function shortValue(values: string): string {
  if (values.startsWith('comma list of ')) return 'list'
  if (values.startsWith('path of a ')) return values.slice('path of a '.length)
  return values === 'milliseconds' ? 'ms' : values.replaceAll(', ', '|')
}
