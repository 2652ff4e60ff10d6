import type { UserConfig } from 'vitepress'

type Plugin = NonNullable<NonNullable<UserConfig['vite']>['plugins']>[number]

/** ESLint's own rules are half of its size, and the playground runs none of them. */
export function withoutCoreRules(): Plugin {
  return {
    name: 'child-process:without-core-rules',
    enforce: 'pre',
    load(id) {
      if (!/^[^\0].*[\\/]eslint[\\/]lib[\\/]rules[\\/]index\.js$/.test(id)) return undefined
      return 'module.exports = new Map()'
    },
  }
}
