/** Signals that are meant to end their receiver, by their numbers on every system that has them. */
const endingSignals: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGTERM: 15 }

/** The name of a signal that is meant to end its receiver, given as `kill` takes it: a name, a number, or nothing; undefined for any other. */
export function signalName(signal: unknown): NodeJS.Signals | undefined {
  if (signal === undefined || signal === null) return 'SIGTERM'
  return Object.keys(endingSignals).find((name) => name === signal || endingSignals[name] === signal) as
    NodeJS.Signals | undefined
}
