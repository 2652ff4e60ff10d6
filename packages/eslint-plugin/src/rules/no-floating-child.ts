import type { Rule } from 'eslint'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { isStoppedByOwner } from '../analysis/stopped-child.ts'
import { isKnownAs } from '../analysis/three-valued.ts'
import { defineRule, type Problem } from './support/define-rule.ts'
import { describePathEnd } from './support/describe-place.ts'
import { suggestCloseListener } from './support/close-listener.ts'
import { MESSENGERS } from './support/known-commands.ts'
import { commandsProperty, type PathOption, pathProperty } from './support/path-option.ts'

interface Options extends PathOption {
  readonly commands: readonly string[]
  readonly inherit: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-floating-child',
  description: 'disallow starting a child whose end nothing observes',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error', options: { inherit: true } } },
  defaults: { paths: 'normal', commands: MESSENGERS, inherit: false },
  properties: {
    paths: pathProperty,
    commands: commandsProperty,
    inherit: {
      description:
        "Also report a bare call with `stdio: 'inherit'`, whose output is seen but whose exit status is lost.",
      type: 'boolean',
    },
  },
  messages: {
    neverObserved: 'Nothing observes the end of `{{call}}`, so its exit status is lost.',
    notObservedOnPath:
      'Nothing observes the end of `{{call}}` on the path that ends at line {{line}}, so its exit status is lost there.',
    suggestCloseListener: "Add a 'close' listener that reports a failure.",
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('end') || isCommandMatched(site.command, options.commands)) return undefined
    if (isDaemon(site, model) || isHalfDetached(site, model)) return undefined
    if (isStoppedByOwner(model.getHandle(site))) return undefined
    if (!options.inherit && mayBeBareInherit(site, model)) return undefined
    const verdict = model.judge(site, ['end'], options.paths)
    const problem = describe()
    return problem && { ...problem, suggestions: [suggestCloseListener(site, sourceCode)] }

    function describe(): Problem | undefined {
      switch (verdict.is) {
        case 'never':
          return { messageId: 'neverObserved' }
        case 'notOnPath':
          return { messageId: 'notObservedOnPath', data: describePathEnd(verdict.path) }
        default:
          return undefined
      }
    }
  },
})

export default rule

/** Meant to go on by itself: detached, not referenced, and holding no pipe. */
function isDaemon(site: SpawnSite, model: LifecycleModel): boolean {
  const { detached, stdio } = site.options
  if (detached.is === 'absent' || isKnownAs(detached, false)) return false
  const isUnreferenced = model.getHandle(site).uses.some(({ facet, kind }) => facet === 'child' && kind === 'unref')
  return isUnreferenced && stdio.stdout.kind !== 'pipe' && stdio.stderr.kind !== 'pipe'
}

/** Neither let go nor waited for, or let go in vain: what is missing is told by `consistent-detached`. */
function isHalfDetached(site: SpawnSite, model: LifecycleModel): boolean {
  const flaw = model.findDetachFlaw(site)
  return flaw?.is === 'abandoned' || flaw?.is === 'held'
}

/** Nothing is done with the child, and its output goes where the program's own goes. */
function mayBeBareInherit(site: SpawnSite, model: LifecycleModel): boolean {
  const { stderr, stdout } = site.options.stdio
  const isVisible = [stdout, stderr].every(({ kind }) => kind === 'inherit' || kind === 'unknown')
  return isVisible && model.getHandle(site).uses.length === 0
}
