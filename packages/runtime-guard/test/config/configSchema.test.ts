import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingDefinitions, settingKeys } from '../../src/config/settingDefinitions.ts'

const schema = JSON.parse(readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8')) as object
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)

test.each<[unknown, boolean]>([
  [{}, true],
  [{ $schema: './node_modules/runtime-guard/config.schema.json', mode: 'fail' }, true],
  [{ out: 'text' }, true],
  [{ out: ['text', 'json:a.json'], redact: ['x*'], strict: true, graceMs: 0, exitCode: 1, allow: 'a.json' }, true],
  [{ mode: 'fial' }, false],
  [{ strict: 1 }, false],
  [{ graceMs: -1 }, false],
  [{ out: [] }, false],
  [{ GRACE_MS: 1 }, false],
])('%j: %s', (config, isValid) => {
  expect(validate(config)).toBe(isValid)
})

test.each(settingKeys)('the reader takes the default of %s that the schema names', (key) => {
  const { schema: type, parseJson, default: standard } = settingDefinitions[key]
  const properties = (schema as { properties: Record<string, { default?: unknown }> }).properties
  const named = properties[key]?.default
  expect(properties[key]).toMatchObject(type)
  if (named !== undefined) expect(parseJson(named, '/')).toEqual({ value: standard })
})
