import { nearestName } from '../config/nearestName.ts'
import { processHost } from '../output/OutputHost.ts'
import { writeFully } from '../output/writeFully.ts'
import { visibleText } from '../report/visibleText.ts'
import type { Command } from './Command.ts'
import { CommandError, exitCodes } from './CommandError.ts'
import { explainCommand } from './explainCommand.ts'
import { formatCommandHelp, formatHelp } from './formatHelp.ts'
import { packageVersion } from './packageFiles.ts'
import { parseInvocation } from './parseInvocation.ts'
import { psCommand } from './psCommand.ts'
import { reportCommand } from './reportCommand.ts'
import { runCommand } from './runCommand.ts'
import { sweepCommand } from './sweepCommand.ts'

/**
 * All commands in the order of the help.
 * @public The documentation is generated from it.
 */
export const commands: readonly Command[] = [runCommand, reportCommand, psCommand, sweepCommand, explainCommand]

/** Runs the command line; returns the exit code. What is wrong with the call is one sentence on stderr. */
export async function runCli(args: string[]): Promise<number> {
  const host = processHost()
  const warn = (sentence: string): void => {
    host.writeError(`runtime-guard: ${sentence}\n`)
  }
  try {
    return await dispatch(args, warn)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    warn(visibleText(error.message))
    return error.exitCode
  }
}

function dispatch([name, ...args]: string[], warn: (sentence: string) => void): Promise<number> | number {
  if (name === undefined) {
    warn('a command is missing; runtime-guard --help lists them.')
    return exitCodes.usage
  }
  if (name === '--version' || name === '-v') {
    print(`${packageVersion()}\n`)
    return exitCodes.clean
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const topic = commands.find((command) => command.name === args[0])
    print(topic ? formatCommandHelp(topic) : formatHelp(commands))
    return exitCodes.clean
  }
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw new CommandError(describeUnknownCommand(name))
  if (asksForHelp(args)) {
    print(formatCommandHelp(command))
    return exitCodes.clean
  }
  return command.execute({ ...parseInvocation(command, args), print, warn })
}

function describeUnknownCommand(name: string): string {
  const names = commands.map((command) => command.name)
  const nearest = nearestName(name.replace(/^-+/, ''), names)
  const what = name.startsWith('-') ? 'option' : 'command'
  return `unknown ${what} ${JSON.stringify(name)}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}; runtime-guard --help lists the commands.`
}

/** Before `--`: what follows it is somebody else's command line. */
function asksForHelp(args: string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).some((argument) => argument === '--help' || argument === '-h')
}

/** Synchronous, so that nothing is lost when the process ends; a reader that has gone (`| head`) is no error. */
function print(text: string): void {
  writeFully(1, text)
}
