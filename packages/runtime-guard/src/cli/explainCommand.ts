import { readdirSync, readFileSync } from 'node:fs'
import { nearestName } from '../config/nearestName.ts'
import type { Command, Invocation } from './Command.ts'
import { CommandError, exitCodes } from './CommandError.ts'
import { packageFile } from './packageFiles.ts'

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Print the page of a finding code, or the list of all codes.',
  usage: '[code]',
  description: [
    'The page says what the code means, shows a program that has it, how to mend it, and what is not seen.',
  ],
  options: {},
  examples: [
    { command: 'runtime-guard explain', effect: 'List the codes.' },
    { command: 'runtime-guard explain leaked-child', effect: 'Print the page of one.' },
  ],
  execute: explain,
}

function explain({ operands, print }: Invocation): Promise<number> {
  const codes = readdirSync(packageFile('docs', 'findings'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort()
  const [code, ...more] = operands
  if (more.length > 0) throw new CommandError('explain takes one code.')
  if (code === undefined) {
    const column = Math.max(...codes.map((name) => name.length)) + 2
    print(codes.map((name) => `${name.padEnd(column)}${readSummary(readPage(name))}\n`).join(''))
    return Promise.resolve(exitCodes.clean)
  }
  if (!codes.includes(code)) {
    const nearest = nearestName(code, codes)
    throw new CommandError(
      `there is no finding code ${JSON.stringify(code)}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}; runtime-guard explain lists them.`,
    )
  }
  print(readPage(code))
  return Promise.resolve(exitCodes.clean)
}

function readPage(code: string): string {
  return readFileSync(packageFile('docs', 'findings', `${code}.md`), 'utf8')
}

/** The first paragraph below the heading. */
function readSummary(page: string): string {
  const [, paragraph = ''] = page.split('\n\n')
  return paragraph.replaceAll('\n', ' ')
}
