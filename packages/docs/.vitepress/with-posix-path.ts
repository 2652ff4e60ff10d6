import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vitepress'

type Plugin = NonNullable<NonNullable<UserConfig['vite']>['plugins']>[number]

const shim = fileURLToPath(new URL('../playground/posix-path.ts', import.meta.url))

/** Bundled for a browser, `node:path` is an empty object: ESLint and the parser of TypeScript call its functions. */
export function withPosixPath(): Plugin {
  return {
    name: 'child-process:with-posix-path',
    enforce: 'pre',
    resolveId: (id) => (id === 'node:path' || id === 'path' ? shim : undefined),
  }
}
