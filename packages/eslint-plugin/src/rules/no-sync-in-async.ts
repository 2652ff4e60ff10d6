import type { Rule } from 'eslint'
import { isSelfDescription } from '../analysis/deadline.ts'
import type { HeldUpCode } from '../analysis/held-up-code.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import { defineRule } from './support/define-rule.ts'
import { QUICK_COMMANDS } from './support/known-commands.ts'
import { commandsProperty } from './support/path-option.ts'
import { isTestFile, testsProperty } from './support/test-file.ts'

interface Options {
  readonly commands: readonly string[]
  readonly tests: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-sync-in-async',
  description: 'disallow synchronous children in code that the event loop runs beside other code',
  tiers: { strict: { severity: 'error' } },
  defaults: { commands: [...QUICK_COMMANDS], tests: false },
  properties: { commands: commandsProperty, tests: testsProperty },
  messages: {
    stopsLoop:
      '`{{call}}` stops the event loop in {{place}}, so the whole program stands still until the child has ended.',
  },
  judge(site, { model, options }) {
    const { command, contract } = site
    if (!contract.isSync || (!options.tests && isTestFile(model.unit))) return undefined
    if (isCommandMatched(command, options.commands) || isSelfDescription(site, model.unit)) return undefined
    // the child has the terminal, and the program stands back
    if (site.options.stdio.stdout.kind === 'inherit') return undefined
    const code = model.findHeldUpCode(site)
    return code && { messageId: 'stopsLoop', data: { place: describe(code, site.root) } }
  },
})

export default rule

/** `the async function \`load()\``, `the 'data' listener on line 12` */
function describe({ kind, name, node }: HeldUpCode, root: HeldUpCode['node']): string {
  const line = node === root || kind !== 'async' ? '' : ` on line ${node.loc.start.line}`
  switch (kind) {
    case 'async':
      return name === undefined ? `an async function${line}` : `the async function \`${name}()\`${line}`
    case 'listener':
      return `a '${name ?? ''}' listener`
    case 'request':
      return 'a request handler'
    case 'timer':
      return `the callback of \`${name ?? ''}()\``
  }
}
