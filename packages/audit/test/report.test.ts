import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AnySchema, Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { auditProject } from '../src/audit/auditProject.ts'
import { openProject } from '../src/project/openProject.ts'
import { renderJson } from '../src/report/renderJson.ts'
import { renderSarif } from '../src/report/renderSarif.ts'
import { renderText } from '../src/report/renderText.ts'

const root = fileURLToPath(new URL('projects/typescript', import.meta.url))
const report = auditProject(openProject({ cwd: root }))

describe('JSON', () => {
  const schema = JSON.parse(readFileSync(new URL('../schema.json', import.meta.url), 'utf8')) as AnySchema
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)

  test('is valid under the published schema, which tells other things from it', () => {
    const value = JSON.parse(renderJson(report)) as typeof report
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...value, verdict: 'fine' })).toBe(false)
    expect(validate({ ...value, extra: 1 })).toBe(false)
    expect(validate({ ...value, findings: [{}] })).toBe(false)
  })
})

describe('SARIF', () => {
  interface Region {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string }
      readonly region: { readonly startLine: number; readonly startColumn: number }
    }
  }
  interface Log {
    readonly version: string
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly originalUriBaseIds: Record<string, { readonly uri: string }>
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly level: string
        readonly message: { readonly text: string }
        readonly locations: readonly Region[]
        readonly codeFlows: readonly {
          readonly threadFlows: readonly { readonly locations: readonly { readonly location: Region }[] }[]
        }[]
      }[]
    }[]
  }
  const log = JSON.parse(renderSarif(report)) as Log

  test('2.1.0: each result names a rule, a place in a file of the project, and the hand-overs that lead nowhere', () => {
    expect(log.version).toBe('2.1.0')
    const [run] = log.runs
    expect(run?.originalUriBaseIds['PROJECT']?.uri).toMatch(/^file:\/\/\/.+\/$/)
    expect(run?.results).toHaveLength(report.findings.length)
    for (const { codeFlows, level, locations, message, ruleId, ruleIndex } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
      expect(level).toBe('error')
      expect(message.text).toMatch(/\.$/)
      expect(locations.map(({ physicalLocation }) => physicalLocation)).toEqual([
        {
          artifactLocation: { uri: 'src/start-tool.ts', uriBaseId: 'PROJECT' },
          region: { startLine: 4, startColumn: 10 },
        },
      ])
      const lines = codeFlows[0]?.threadFlows[0]?.locations.map(
        ({ location: { physicalLocation } }) =>
          `${physicalLocation.artifactLocation.uri}:${physicalLocation.region.startLine}`,
      )
      expect(lines).toEqual([
        'src/start-tool.ts:4',
        'src/start-tool.ts:4',
        'src/watcher.ts:9',
        'src/watcher.ts:10',
        'src/watcher.ts:11',
      ])
    }
  })
})

test('the text lists the findings; with --verbose also where the others are ended', () => {
  expect(renderText(report)).not.toContain('src/stop-server.ts')
  expect(renderText(report, true)).toContain('    → src/stop-server.ts:5:3, through Server.child\n')
  expect(renderText(report)).toMatch(/^8 files, \d+ lines: 3 children: 1 never ended, 2 ended\.$/m)
})
