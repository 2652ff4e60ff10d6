import { settingDefinitions, settingKeys } from './settingDefinitions.ts'
import { variablePrefix } from './readSettings.ts'

/** The option of the command line that means the setting of a variable: `GRACE_MS` becomes `grace-ms`. */
export function optionName(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-')
}

/**
 * The settings as a Markdown table: variable, key of a configuration file, values, default, meaning.
 * @public The documentation is generated from it.
 */
export function formatSettingsTable(): string {
  const rows = settingKeys.map((key) => {
    const { variable, values, defaultText, description } = settingDefinitions[key]
    return [
      `\`${variablePrefix}${variable}\``,
      `\`${key}\``,
      values,
      defaultText === '' ? '–' : `\`${defaultText}\``,
      description,
    ]
  })
  const head = ['Variable', 'Key', 'Values', 'Default', 'Meaning']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

/**
 * The JSON Schema of `runtime-guard.config.json` and of the key of package.json.
 * @public The published schema is generated from it.
 */
export function createConfigSchema(homepage: string): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${homepage}/schemas/runtime-guard-config.json`,
    title: 'Settings of runtime-guard',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(
        settingKeys.map((key) => {
          const { schema, description, default: value, defaultText } = settingDefinitions[key]
          // Lists and paths have a default that reads better as text.
          const standard = typeof value === 'object' ? defaultText : value
          return [key, { ...schema, description, ...(standard === '' ? {} : { default: standard }) }]
        }),
      ),
    },
    additionalProperties: false,
  }
}
