import { mentionsSetting } from './mentionsSetting.ts'

const prefix = 'RUNTIME_GUARD_'

/** Set by the guard itself, and thus in nearly every environment: known without the table below. */
const ownNames = ['RUNTIME_GUARD_RUN', 'RUNTIME_GUARD_PARENT_RUNS', 'RUNTIME_GUARD_UNSUPPORTED', 'RUNTIME_GUARD_KEEP']

/**
 * True for a setting that means nothing to a root that started no child. Whatever does not fit (a name or a value that is
 * wrong, a format for programs, a file) is for the code that reads settings. The table is made when it is asked for: a
 * regular expression that runs once takes a tenth of a millisecond on Node 24.
 */
function isOfNoConsequence(name: string, value: string): boolean {
  const patterns: Record<string, RegExp | undefined> = {
    MODE: /^(?:report|fail|off)$/,
    OUT: /^(?:text|github)(?:,(?:text|github))*$/,
    STRICT: /^[01]$/,
    ATTRIBUTION: /^(?:auto|on|off)$/,
    FAIL_TESTS: /^[01]$/,
    COOKIE: /^(?:inherit|inject|off)$/,
    DIR: /./,
    REDACT: /./,
    ALLOW: /./,
    BASELINE: /./,
    GRACE_MS: /^\d{1,4}$/,
    KILL_GRACE_MS: /^\d{1,4}$/,
    HANG_AFTER_MS: /^\d{1,5}$/,
    EXIT_CODE: /^[1-9]\d?$/,
  }
  const key = name.slice(prefix.length)
  return Object.hasOwn(patterns, key) && patterns[key]?.test(value) === true
}

/**
 * True for a root that started nothing and has something to say all the same: a file that somebody asked for, which
 * tells a clean run from one without the guard, or a setting that is not understood. The whole verdict over such a root
 * takes 0.8 ms on Node 24 and 0.9 ms on Node 20, in a directory two levels below `/`, and 1.1 ms where the processor is
 * contended (medians of `bench/guard/verdict.mjs`).
 */
export function needsReport(env: NodeJS.ProcessEnv, cwd: string): boolean {
  for (const name of Object.keys(env)) {
    const value = env[name]
    if (!name.startsWith(prefix) || ownNames.includes(name) || value === undefined || value === '') continue
    if (!isOfNoConsequence(name, value)) return true
  }
  return env.RUNTIME_GUARD_OUT ? false : mentionsSetting(cwd, 'out')
}
