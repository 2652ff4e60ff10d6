import { styleText } from 'node:util'
import type { OutputFormat } from '../config/Settings.ts'
import type { Report } from '../report/Report.ts'
import { renderGitHub } from '../report/renderGitHub.ts'
import { renderJson } from '../report/renderJson.ts'
import { renderNdjson } from '../report/renderNdjson.ts'
import { renderText } from '../report/renderText.ts'
import type { OutputHost } from './OutputHost.ts'
import { SourceLines } from './SourceLines.ts'
import { wantsColour } from './wantsColour.ts'

/** Without a terminal to measure, and on very wide ones, lines of this length read well. */
const readableWidth = 120

/**
 * Renders a report in a format.
 * @param columns of the terminal that it is for; undefined for a file or a pipe
 */
export function renderReport(
  report: Report,
  format: OutputFormat,
  host: OutputHost,
  columns: number | undefined,
): string {
  const { cwd } = report.run.root
  switch (format) {
    case 'json':
      return renderJson(report)
    case 'ndjson':
      return renderNdjson(report)
    case 'github':
      return renderGitHub(report, host.env.GITHUB_WORKSPACE ?? cwd)
    case 'text': {
      const sources = new SourceLines(cwd, host.cwd)
      const coloured = wantsColour(host.env, columns !== undefined)
      return renderText(report, {
        cwd,
        width: Math.min(Math.max(columns ?? readableWidth, 40), readableWidth),
        // The stream was looked at above; without the option Node 22 and later look at stdout instead.
        style: (styles, text) => (coloured ? styleText(styles, text, { validateStream: false }) : text),
        readLine: (site) => sources.find(site),
      })
    }
  }
}
