import type { Command, CommandOption } from './Command.ts'

const width = 100

/** The help of the whole command line. */
export function formatHelp(commands: readonly Command[]): string {
  const [run] = commands
  return [
    'runtime-guard: one verdict over the child processes that a run leaves behind.',
    '',
    'Usage: runtime-guard <command> [options]',
    '',
    'Commands:',
    ...formatTable(commands.map((command) => [command.name, command.summary])),
    '',
    'Options:',
    ...formatTable([
      ['--help', 'Print this, or with a command its own help.'],
      ['--version', 'Print the version.'],
    ]),
    '',
    'Examples:',
    ...formatExamples(run ? run.examples.slice(0, 1) : []),
    ...formatExamples([
      { command: 'node --require runtime-guard app.js', effect: 'Watch a program without the wrapper.' },
      { command: 'runtime-guard explain leaked-child', effect: 'Read what a finding means and how to mend it.' },
    ]),
    '',
    'Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 could not inspect.',
    'run keeps the exit code of the program; where that is 0, it is 70 if the program left errors behind.',
    '',
  ].join('\n')
}

/** The help of one command. */
export function formatCommandHelp(command: Command): string {
  const options: Record<string, CommandOption> = { ...command.options, help: { description: 'Print this.' } }
  return [
    `Usage: runtime-guard ${command.name} ${command.usage}`.trimEnd(),
    '',
    ...[command.summary, ...command.description].flatMap((paragraph) => fold(paragraph, '')),
    '',
    'Options:',
    ...formatTable(
      Object.entries(options).map(([name, { value, description }]) => [
        value === undefined ? `--${name}` : `--${name} <${value}>`,
        description,
      ]),
    ),
    '',
    'Examples:',
    ...formatExamples(command.examples),
    '',
  ].join('\n')
}

function formatExamples(examples: Command['examples']): string[] {
  return examples.flatMap(({ command, effect }) => [`  ${command}`, `      ${effect}`])
}

function formatTable(rows: [string, string][]): string[] {
  const column = Math.min(28, Math.max(...rows.map(([name]) => name.length)) + 4)
  return rows.flatMap(([name, text]) => {
    const [first = '', ...more] = fold(text, ' '.repeat(column))
    const heading = `  ${name}`
    if (heading.length + 2 > column) return [heading, first, ...more]
    return [heading.padEnd(column) + first.slice(column), ...more]
  })
}

function fold(text: string, indent: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    const isStart = line === indent
    if (!isStart && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent + word
    } else {
      line += (isStart ? '' : ' ') + word
    }
  }
  return [...lines, line]
}
