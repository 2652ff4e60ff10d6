// Generates the published JSON Schema of the guard's report from its TypeScript types, which are the one description of it.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import { createGenerator } from 'ts-json-schema-generator'

const guard = fileURLToPath(new URL('../packages/runtime-guard', import.meta.url))
const target = path.join(guard, 'schema.json')
const { homepage } = JSON.parse(readFileSync(path.join(guard, 'package.json'), 'utf8'))

const draft7 = createGenerator({
  path: path.join(guard, 'src/report/Report.ts'),
  // The types stand alone; the project's own configuration asks for options that the generator's compiler may not know.
  skipTypeCheck: true,
  type: 'Report',
  expose: 'export',
  additionalProperties: false,
  encodeRefs: false,
}).createSchema('Report')

const { Report: report, ...definitions } = /** @type {Record<string, object>} */ (
  JSON.parse(JSON.stringify(draft7.definitions).replaceAll('#/definitions/', '#/$defs/'))
)
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `${homepage}/schemas/runtime-guard-report-1.json`,
  title: 'Report of runtime-guard, schema version 1',
  ...report,
  $defs: definitions,
}

const text = await prettier.format(JSON.stringify(schema), {
  ...(await prettier.resolveConfig(target)),
  filepath: target,
})
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('packages/runtime-guard/schema.json is out of date: run `pnpm run update`.')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
