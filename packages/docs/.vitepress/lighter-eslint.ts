import type { UserConfig } from 'vitepress'

type Plugin = NonNullable<NonNullable<UserConfig['vite']>['plugins']>[number]

/**
 * What stands in the place of parts of ESLint that the playground does not use, and that are two thirds of it: by the end of the
 * file's path.
 */
const replacements = new Map([
  // It runs none of ESLint's own rules.
  ['/eslint/lib/rules/index.js', 'module.exports = new Map()'],
  // It checks no options: those of the switches are right, and those that a comment in the program sets are taken as they are.
  ['/eslint/lib/shared/ajv.js', 'module.exports = () => ({ compile: () => () => true })'],
  // Its programs have names as on POSIX.
  ['/config-array/dist/cjs/std__path/windows.cjs', "module.exports = require('./posix.cjs')"],
])

/** Loads ESLint without the parts that the playground can do without. */
export function lighterEslint(): Plugin {
  return {
    name: 'child-process:lighter-eslint',
    enforce: 'pre',
    load(id) {
      const file = id.replaceAll('\\', '/')
      for (const [end, code] of replacements) if (!file.startsWith('\0') && file.endsWith(end)) return code
      return undefined
    },
  }
}
