import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Prints, line by line, what keeps the loop of this process alive. */
export type ListHandles = (logger: { error: (line: string) => void }) => void

/**
 * Loads why-is-node-running, which puts its hooks in at once.
 * @param from where it is looked for: directories, then files
 * @param name of the package
 * @throws Error with a sentence that says what to install
 */
export function loadListing(from: readonly string[], name = 'why-is-node-running'): ListHandles {
  for (const place of from) {
    let file: string
    try {
      file = createRequire(place).resolve(name)
    } catch {
      continue
    }
    // Asked from its own folder: Node 20 and 22 warn of `require` of an ES module unless that stands in `node_modules`.
    const loaded = createRequire(join(file, '..', 'index.js'))(file) as ListHandles | { default: ListHandles }
    return typeof loaded === 'function' ? loaded : loaded.default
  }
  throw new Error(
    `RUNTIME_GUARD_HANDLES needs the package ${name}, which is not installed here: npm install --save-dev ${name}.`,
  )
}
