import { readWords } from './deadline.ts'
import { isCommandMatched } from './spawn-command.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** Programs that go on until they are stopped, whatever their arguments. */
const SERVERS = [
  ...['browser-sync', 'caddy', 'chromedriver', 'cloudflared', 'dockerd', 'etcd', 'geckodriver', 'http-server'],
  ...['json-server', 'live-server', 'localtunnel', 'memcached', 'minio', 'mongod', 'mysqld', 'nats-server', 'ngrok'],
  ...['nodemon', 'postgres', 'rabbitmq-server', 'redis-server', 'selenium-standalone', 'sshd', 'verdaccio'],
  ...['webpack-dev-server', 'Xvfb', 'xvfb'],
] as const

const SCRIPT_RUNNER = /^(?:npm|pnpm|yarn|bun)(?:\.cmd)?$/
/** What a script that goes on is called, and the part of a build tool that does. */
const STANDING_SCRIPT = /^(?:dev|serve|server|start|watch|preview)(?::[\w:-]+)?$/
const STANDING_WORD = /^(?:serve|dev-server|--serve|--watch)$/
/** A file that is called after what it is: `server.js`, `src/dev-server.mjs`, `watcher.ts`. */
const STANDING_FILE = /(?:^|[/\\._-])(?:server|daemon|watcher)\.[cm]?[jt]sx?$/
/** They start what goes on and end themselves. */
const LETTING_GO = /^(?:-d|--detach|--daemon|--daemonize|--background|--version|--help|-v|-h)$/

/** Does a program run until somebody stops it, as its command tells? In doubt it does not. */
export function isStanding(site: SpawnSite, unit: SourceUnit): boolean {
  const words = readWords(site, unit)
  if (words.some((word) => LETTING_GO.test(word))) return false
  if (isCommandMatched(site.command, SERVERS)) return true
  if (words.some((word) => STANDING_WORD.test(word) || STANDING_FILE.test(word))) return true
  const isScript = site.command.names?.every((name) => SCRIPT_RUNNER.test(name)) ?? false
  const [first, second] = words.filter((word) => !word.startsWith('-'))
  const script = isScript && first === 'run' ? second : first
  return isScript && script !== undefined && STANDING_SCRIPT.test(script)
}
