import type { Rule } from 'eslint'
import { setOptions } from '../fix/set-option.ts'
import { isLongLived, isSelfDescription, readOptionDeadline } from '../analysis/deadline.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { isKnownAs } from '../analysis/three-valued.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { LOCAL_QUERIES, QUICK_COMMANDS, SYSTEM_QUERIES } from './support/known-commands.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
  readonly every: boolean
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'require-deadline',
  description: 'require a bound on the run time of a child that somebody waits for',
  tiers: { recommended: { severity: 'warn' }, strict: { severity: 'error', options: { every: true } } },
  defaults: { commands: [...QUICK_COMMANDS, ...SYSTEM_QUERIES, ...LOCAL_QUERIES], every: false },
  properties: {
    commands: commandsProperty,
    every: {
      description: 'Report every call without a bound, not only those that block somebody.',
      type: 'boolean',
    },
  },
  messages: {
    blocksProgram: '`{{call}}` has no time limit, so a child that hangs blocks the whole program.',
    blocksCaller: '`{{call}}` has no time limit, so a child that hangs keeps its caller waiting for ever.',
    uselessLimit: '`{{call}}` is limited by {{limit}}, which never takes effect, so a child that hangs is never ended.',
    suggestTimeout: 'Add a `timeout` of one minute.',
    suggestTimeoutAndKill: 'Add a `timeout` of one minute that ends with SIGKILL.',
  },
  judge(site, { model, options, sourceCode }) {
    if (!site.contract.owes.has('deadline') || isExempt(site, model, options)) return undefined
    const deadline = readOptionDeadline(site, model.unit)
    if (deadline.is === 'bounded' || deadline.is === 'unknown') return undefined
    const messageId = site.contract.isSync ? 'blocksProgram' : 'blocksCaller'
    if (!options.every && !blocksSomebody(site, model)) return undefined
    // killed by a timer, raced against one, or handed to code that may do so
    if (!site.contract.isSync && model.judge(site, ['deadline'], 'never').is === 'fine') return undefined
    const suggestions = suggest(site, sourceCode)
    return deadline.is === 'useless'
      ? { messageId: 'uselessLimit', data: { limit: deadline.limit }, suggestions }
      : { messageId, suggestions }
  },
})

export default rule

function isExempt(site: SpawnSite, model: LifecycleModel, { commands }: Options): boolean {
  const { detached, shape, stdio } = site.options
  if (shape.isOpaque || site.command.maySelf || isCommandMatched(site.command, commands)) return true
  if (detached.is === 'unknown' || isKnownAs(detached, true)) return true
  // interactive, or at least in full view: whoever watches can end it
  if (stdio.stdin.kind === 'inherit' || stdio.stdout.kind === 'inherit') return true
  return isLongLived(site, model.unit) || isSelfDescription(site, model.unit)
}

/** A sync call inside a function stops everything else; a promise that is awaited or returned keeps its caller waiting. */
function blocksSomebody(site: SpawnSite, model: LifecycleModel): boolean {
  if (site.contract.isSync) return site.root.type !== 'Program'
  return site.contract.handle === 'promise' && model.getHandle(site).uses.some(({ kind }) => kind === 'await')
}

function suggest(site: SpawnSite, sourceCode: Rule.RuleContext['sourceCode']): Suggestion[] {
  const place = getOptionsPlace(site)
  const { killSignal, signal } = site.options
  // a signal that nobody aborts is mended where the controller is
  if (!place || signal.is !== 'absent') return []
  const needsKill = site.contract.isSync && killSignal.is === 'absent'
  const options = needsKill ? { timeout: '60000', killSignal: "'SIGKILL'" } : { timeout: '60000' }
  const fix = setOptions(place, options, sourceCode)
  return fix ? [{ messageId: needsKill ? 'suggestTimeoutAndKill' : 'suggestTimeout', fix }] : []
}
