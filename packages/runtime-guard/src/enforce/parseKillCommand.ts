/** What a command that kills asks for. */
export interface KillCommand {
  signal: NodeJS.Signals
  /** As for kill(2): processes, or with a minus process groups. */
  pids: number[]
}

const numbers: Record<string, NodeJS.Signals> = {
  '1': 'SIGHUP',
  '2': 'SIGINT',
  '3': 'SIGQUIT',
  '6': 'SIGABRT',
  '9': 'SIGKILL',
  '15': 'SIGTERM',
}

/**
 * Reads a command line that does nothing but kill(1), itself or in a shell: libraries that kill start it (fkill does). Undefined for any
 * other command, and for a signal that is not meant to end a process.
 */
export function parseKillCommand(argv: readonly string[]): KillCommand | undefined {
  const [file = '', ...args] = argv
  const program = /[^/\\]+$/.exec(file)?.[0]
  if (program === 'kill') return parseArguments(args)
  const [flag, text = ''] = args
  if (!/^(?:ba|da|z|k)?sh$/.test(program ?? '') || flag !== '-c' || args.length !== 2) return undefined
  const words = text.trim().split(/\s+/)
  // Anything that a shell would read otherwise makes it another command.
  if (words[0] !== 'kill' || words.some((word) => !/^[-\w=]+$/.test(word))) return undefined
  return parseArguments(words.slice(1))
}

function parseArguments(args: readonly string[]): KillCommand | undefined {
  let signal: NodeJS.Signals | undefined = 'SIGTERM'
  const rest = [...args]
  const [first = ''] = rest
  if (first === '-s' || first === '-n' || first === '--signal') {
    signal = nameOf(rest[1] ?? '')
    rest.splice(0, 2)
  } else if (first.startsWith('--signal=')) {
    signal = nameOf(first.slice('--signal='.length))
    rest.shift()
  } else if (/^-[A-Za-z]/.test(first) || /^-\d{1,2}$/.test(first)) {
    signal = nameOf(first.slice(1))
    rest.shift()
  }
  if (rest[0] === '--') rest.shift()
  const pids = rest.map(Number)
  if (signal === undefined || pids.length === 0 || !pids.every((pid) => Number.isInteger(pid) && Math.abs(pid) > 1))
    return undefined
  return { signal, pids }
}

function nameOf(text: string): NodeJS.Signals | undefined {
  const name = text.toUpperCase()
  return numbers[text] ?? Object.values(numbers).find((known) => known === name || known === `SIG${name}`)
}
