// Generates the published JSON Schemas of the reports from their TypeScript types, which are the one description of each.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import { createGenerator } from 'ts-json-schema-generator'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The published package of a report, and the type in its `src/report/Report.ts`. */
const reports = [
  { folder: 'packages/runtime-guard', name: 'runtime-guard', type: 'Report' },
  { folder: 'packages/audit', name: 'child-process-audit', type: 'AuditReport' },
]

/** @param {typeof reports[number]} report */
async function generateSchema({ folder, name, type }) {
  const target = path.join(root, folder, 'schema.json')
  const { homepage } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
  const draft7 = createGenerator({
    path: path.join(root, folder, 'src/report/Report.ts'),
    // The types stand alone; the project's own configuration asks for options that the generator's compiler may not know.
    skipTypeCheck: true,
    type,
    expose: 'export',
    additionalProperties: false,
    encodeRefs: false,
  }).createSchema(type)
  const { [type]: report, ...definitions } = /** @type {Record<string, object>} */ (
    JSON.parse(JSON.stringify(draft7.definitions).replaceAll('#/definitions/', '#/$defs/'))
  )
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${homepage}/schemas/${name}-report-1.json`,
    title: `Report of ${name}, schema version 1`,
    ...report,
    $defs: definitions,
  }
  const text = await prettier.format(JSON.stringify(schema), {
    ...(await prettier.resolveConfig(target)),
    filepath: target,
  })
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text)
  } else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${folder}/schema.json is out of date: run \`pnpm run update\`.`)
    process.exitCode = 1
  }
}

for (const report of reports) await generateSchema(report)
