import type { ESLint, Linter } from 'eslint'
import manifest from '../package.json' with { type: 'json' }
import { allRules } from './configs/all.ts'
import { recommendedRules } from './configs/recommended.ts'
import { strictRules } from './configs/strict.ts'
import { rules } from './rules/index.ts'

/** The plugin with its three flat configurations. */
export interface ChildProcessPlugin extends ESLint.Plugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string }
  readonly rules: typeof rules
  readonly configs: Readonly<Record<'all' | 'recommended' | 'strict', Linter.Config>>
}

const namespace = 'child-process'

function createPlugin(): ChildProcessPlugin {
  const configs: Record<string, Linter.Config> = {}
  const plugin = {
    meta: { name: manifest.name, version: manifest.version, namespace },
    rules,
    configs: configs as ChildProcessPlugin['configs'],
  }
  for (const [name, entries] of Object.entries({ recommended: recommendedRules, strict: strictRules, all: allRules })) {
    configs[name] = { name: `${namespace}/${name}`, plugins: { [namespace]: plugin }, rules: entries }
  }
  return plugin
}

const plugin: ChildProcessPlugin = createPlugin()

export { plugin as default, plugin as 'module.exports' }
