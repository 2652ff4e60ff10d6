import { getNatives } from '../journal/natives.ts'

/**
 * Settings that mean nothing to a root that started no child, by the part of their name behind the prefix. Whatever
 * does not fit (a name or a value that is wrong, a format for programs, a file) is for the code that reads settings.
 */
const ofNoConsequence: Record<string, RegExp | undefined> = {
  MODE: /^(?:report|fail|off)$/,
  OUT: /^(?:text|github)(?:,(?:text|github))*$/,
  STRICT: /^[01]$/,
  COOKIE: /^(?:inherit|inject|off)$/,
  DIR: /./,
  REDACT: /./,
  ALLOW: /./,
  BASELINE: /./,
  GRACE_MS: /^\d{1,4}$/,
  KILL_GRACE_MS: /^\d{1,4}$/,
  HANG_AFTER_MS: /^\d{1,5}$/,
  EXIT_CODE: /^[1-9]\d?$/,
  // Set by the guard itself.
  RUN: /./,
  PARENT_RUNS: /./,
  UNSUPPORTED: /./,
}

const prefix = 'RUNTIME_GUARD_'

/**
 * True for a root that started nothing and has something to say all the same: a file that somebody asked for, which
 * tells a clean run from one without the guard, or a setting that is not understood. Costs less than a millisecond.
 */
export function needsReport(env: NodeJS.ProcessEnv, cwd: string): boolean {
  for (const name of Object.keys(env)) {
    const value = env[name]
    if (!name.startsWith(prefix) || value === undefined || value === '') continue
    const pattern = ofNoConsequence[name.slice(prefix.length)]
    if (pattern?.test(value) !== true) return true
  }
  return env.RUNTIME_GUARD_OUT ? false : asksForFile(cwd)
}

/** The nearest configuration files name targets; which of them holds is for the code that reads settings. */
function asksForFile(cwd: string): boolean {
  const { readFileSync } = getNatives()
  const holds = (path: string, pattern: RegExp): boolean => {
    try {
      return pattern.test(readFileSync(path, 'utf8'))
    } catch {
      return false
    }
  }
  for (let directory = cwd, depth = 0; depth < 100; depth++) {
    const base = directory.replace(/[/\\]$/, '')
    if (holds(`${base}/runtime-guard.config.json`, /"out"/)) return true
    if (holds(`${base}/package.json`, /"runtime-guard"\s*:\s*\{[^}]*"out"/)) return true
    const parent = process.getBuiltinModule('node:path').dirname(directory)
    if (parent === directory) break
    directory = parent
  }
  return false
}
