import type { AuditReport, AuditSite } from './Report.ts'

/** What `never-ended` means, for viewers that show rules. */
const RULE = {
  id: 'never-ended',
  name: 'NeverEnded',
  shortDescription: { text: 'A child process that nothing in the project ends.' },
  fullDescription: {
    text: 'The child is kept in a field, a registry or a variable. Nothing that reads it sends a signal, waits for its end or hands it on: it lives on when the program stops.',
  },
  defaultConfiguration: { level: 'error' },
}

/** SARIF 2.1.0; the hand-overs of a child are its code flow and related locations. */
export function renderSarif(report: AuditReport): string {
  const { findings, problems, project, tool } = report
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, rules: [RULE] } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { PROJECT: { uri: `file://${encodePath(project.root).replace(/^(?!\/)/, '/')}/` } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: problems.map(({ file, line, message }) => ({
              level: 'error',
              message: { text: `${file} could not be inspected: ${message}` },
              locations: [{ physicalLocation: locate({ file, line, column: 1 }) }],
            })),
          },
        ],
        results: findings.map(({ chain, code, message, site, hint }) => ({
          ruleId: code,
          ruleIndex: 0,
          level: 'error',
          message: { text: `${message} ${hint}` },
          locations: [{ physicalLocation: locate(site) }],
          relatedLocations: chain.map(({ name, site: place }, id) => ({
            id,
            message: { text: name },
            physicalLocation: locate(place),
          })),
          codeFlows: [
            {
              threadFlows: [
                {
                  locations: [
                    { location: { message: { text: 'started' }, physicalLocation: locate(site) } },
                    ...chain.map(({ kind, name, site: place }) => ({
                      location: { message: { text: `${kind}: ${name}` }, physicalLocation: locate(place) },
                    })),
                  ],
                },
              ],
            },
          ],
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function locate({ column, file, line }: AuditSite): object {
  return {
    artifactLocation: { uri: encodePath(file), uriBaseId: 'PROJECT' },
    region: { startLine: line, startColumn: column },
  }
}

function encodePath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/^\/?([a-z])%3A\//i, '/$1:/')
}
