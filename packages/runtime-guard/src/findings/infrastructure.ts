import type { RunProcess } from './RunProcess.ts'

/** A process that belongs to a tool, ends by itself, and is nobody's leak. */
export interface Infrastructure {
  name: string
  /** Why it is never accused. */
  reason: string
  /** Matched against the command line, its elements joined by spaces. */
  command: RegExp
}

export const infrastructure: readonly Infrastructure[] = [
  {
    name: "esbuild's service",
    reason: 'A compiler that a bundler keeps for its own use; it ends when its stdin closes, that is with its parent.',
    command: /(?:^|[/\\ ])esbuild(?:\.exe)? .*--service=\d/,
  },
  {
    name: "vitest's watchdog",
    reason: 'Waits for the end of the test run in order to kill workers that hang, then ends.',
    command: /[/\\]vitest[/\\]dist[/\\]workers[/\\]watchdog\.js/,
  },
  {
    name: 'the TypeScript server',
    reason: 'A language service of an editor or a linter; it ends when its parent is gone.',
    command: /[/\\]typescript[/\\]lib[/\\](?:tsserver|typingsInstaller)\.js/,
  },
  {
    name: "mongodb-memory-server's killer",
    reason: 'Waits for the end of its parent in order to kill the database, then ends.',
    command: /[/\\]mongo_?killer\.js/i,
  },
  {
    name: "update-notifier's check",
    reason: 'Asks the registry once for a newer version and ends.',
    command: /[/\\]update-notifier[/\\]check\.js/,
  },
  {
    name: "Nx's daemon",
    reason: 'Keeps the project graph between commands by design; `nx reset` ends it, and so does idleness.',
    command: /[/\\]nx[/\\](?:src|dist)[/\\].*daemon[/\\]server[/\\]start\.js/,
  },
  {
    name: "Turborepo's daemon",
    reason: 'Watches files between commands by design; `turbo daemon stop` ends it, and so does idleness.',
    command: /(?:^|[/\\])turbo(?:\.exe)? .*\bdaemon\b/,
  },
  {
    name: 'watchman',
    reason: 'One file watcher per user, shared by every tool that asks for it; it outlives them by design.',
    command: /^(?:\S*[/\\])?watchman(?:\.exe)? /,
  },
  {
    name: 'Git in the background',
    reason: '`git fetch`, `git commit` and others tidy the repository up in the background; it ends when it is tidy.',
    command: /^(?:\S*[/\\])?git(?:\.exe)? (?:.* )?(?:maintenance run|gc) .*(?:--auto|--detach)/,
  },
  {
    name: "Git's daemons",
    reason:
      'One file watcher per repository and one keeper of passwords per user, which outlive each command by design.',
    command: /^(?:\S*[/\\])?git(?:\.exe)? (?:fsmonitor--daemon|credential-cache--daemon) /,
  },
  {
    name: "ssh's shared connection",
    reason: '`ControlPersist` in the configuration of ssh asks for a connection that outlives the command.',
    command: /^ssh: .*\[mux\]/,
  },
  {
    name: 'gpg-agent',
    reason: 'One agent per user, which the first use of gpg starts and which outlives it by design.',
    command: /^(?:\S*[/\\])?(?:gpg-agent|dirmngr|keyboxd|scdaemon)(?: |$)/,
  },
]

/** The entry that a process falls under; undefined for a process of the user's own. */
export function findInfrastructure(process: Pick<RunProcess, 'argv'>): Infrastructure | undefined {
  const command = process.argv.join(' ')
  return infrastructure.find((entry) => entry.command.test(command))
}
