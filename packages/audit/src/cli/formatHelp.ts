import { options } from './options.ts'

const WIDTH = 100
const COLUMN = 27

const EXAMPLES: readonly (readonly [command: string, effect: string])[] = [
  ['child-process-audit', 'Audit the project of the working directory.'],
  ['child-process-audit --project packages/server --verbose', 'Show where every child of one package is ended.'],
  ['child-process-audit --write-settings', 'Write child-process.settings.json, to be reviewed and committed.'],
  [
    'child-process-audit --check --format sarif --output audit.sarif',
    'In CI: findings for code scanning, and an up-to-date settings file.',
  ],
]

export function formatHelp(): string {
  return [
    'child-process-audit: follows every child process of a whole project to the place that ends it.',
    '',
    'Usage: child-process-audit [options]',
    '',
    'Options:',
    ...Object.entries(options).flatMap(([name, { description, short, value }]) => {
      const left = `  ${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` <${value}>`}`
      const [first = '', ...more] = fold(description)
      return left.length + 2 > COLUMN
        ? [left, ' '.repeat(COLUMN) + first, ...more.map(indent)]
        : [left.padEnd(COLUMN) + first, ...more.map(indent)]
    }),
    '',
    'Examples:',
    ...EXAMPLES.flatMap(([command, effect]) => [`  ${command}`, `      ${effect}`]),
    '',
    'In eslint.config.js:',
    "  import childProcessSettings from './child-process.settings.json' with { type: 'json' }",
    '  export default [{ settings: { childProcess: childProcessSettings } }]',
    '',
    'Exit codes: 0 clean, 1 findings or an outdated settings file, 2 usage or configuration, 3 a file could not be inspected.',
    '',
  ].join('\n')
}

function indent(line: string): string {
  return ' '.repeat(COLUMN) + line
}

function fold(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && COLUMN + line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
