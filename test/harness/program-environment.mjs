// Environments for the processes that the end-to-end tests and the demo start.

/** What a program needs from the machine; everything else (our own guard, vitest, npm) would tell it that it is being tested. */
const inherited = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ']

/**
 * Environment of a program under test.
 * @param {Record<string, string>} [extra]
 * @returns {Record<string, string>}
 */
export function programEnvironment(extra = {}) {
  /** @type {Record<string, string>} */
  const environment = {}
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return { ...environment, ...extra }
}

/**
 * Environment of a tool of ours (package manager, build): the caller's, without what would make the tool a part of the guarded run around us.
 * @param {Record<string, string>} [extra]
 * @returns {Record<string, string>}
 */
export function toolEnvironment(extra = {}) {
  /** @type {Record<string, string>} */
  const environment = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || /^(?:RUNTIME_GUARD_|VITEST|NODE_OPTIONS$|NODE_TEST_|NODE_ENV$)/.test(name)) continue
    environment[name] = value
  }
  return { ...environment, ...extra }
}
