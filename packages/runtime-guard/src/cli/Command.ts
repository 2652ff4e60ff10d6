/** An option of a command; all take a value but flags. */
export interface CommandOption {
  /** One sentence. */
  description: string
  /** What stands for the value in the help; absent: a flag. */
  value?: string
  /** May be given more than once. */
  multiple?: boolean
}

/** What a command was called with. */
export interface Invocation {
  /** Values by option; a flag has the value `1`. */
  options: Record<string, string[]>
  operands: string[]
  /** What follows `--`; undefined when there is none. */
  rest: string[] | undefined
  /** Whole text for stdout. */
  print: (text: string) => void
  /** One sentence for stderr. */
  warn: (sentence: string) => void
}

/** One command of the command line, as data: help and documentation derive from it. */
export interface Command {
  name: string
  summary: string
  /** What follows the name. */
  usage: string
  /** More than the summary, as paragraphs. */
  description: string[]
  options: Record<string, CommandOption>
  examples: { command: string; effect: string }[]
  /** @returns the exit code */
  execute(invocation: Invocation): Promise<number>
}
