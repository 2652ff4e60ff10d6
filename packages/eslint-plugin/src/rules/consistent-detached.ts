import type { Rule } from 'eslint'
import { setOptions } from '../fix/set-option.ts'
import { unrefChild, unrefHandles } from '../fix/unref-child.ts'
import type { DetachFlaw } from '../analysis/detach-flaw.ts'
import type { HeldHandle } from '../analysis/held-handle.ts'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { suggestCloseListener } from './support/close-listener.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { MESSENGERS } from './support/known-commands.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'
import { type Output, replacePipes } from './support/replace-pipes.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'consistent-detached',
  description: 'require that `detached`, `unref()` and the kill of a process group fit together',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { commands: MESSENGERS },
  properties: { commands: commandsProperty },
  messages: {
    abandoned:
      '`{{call}}` is detached, but nothing unrefs it, waits for it or ends it, so the program stays alive until it ends and Ctrl+C does not reach it.',
    held: '`{{call}}` is unrefed, but the program still waits for its {{handles}}, so it stays alive until the child ends.',
    noLeader:
      'The `process.kill()` on line {{line}} signals a process group of `{{call}}`, which leads none without `detached`, so it throws ESRCH and ends nothing.',
    ignored:
      '`{{call}}` does not pass `detached` on, so the child stays in the process group of the program and ends with it on Ctrl+C.',
    suggestUnref: 'Let the program end without it: `unref()`.',
    suggestUnrefAndIgnore: 'Let the program end without it: `unref()`, and no pipes.',
    suggestUnrefHandles: 'Let the program end without them: `unref()`.',
    suggestIgnore: 'Discard the output: `ignore` in place of the pipe.',
    suggestCloseListener: "Wait for it: a 'close' listener that reports a failure.",
    suggestDetached: 'Start it as the leader of a process group: `detached: true`.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const flaw = model.findDetachFlaw(site)
    if (!flaw) return undefined
    const problem = { messageId: flaw.is, suggestions: suggest(flaw, site, model, sourceCode) }
    if (flaw.is === 'noLeader') return { ...problem, data: { line: String(flaw.kill.loc.start.line) } }
    return flaw.is === 'held' ? { ...problem, data: { handles: describeHandles(flaw.handles) } } : problem
  },
})

export default rule

function describeHandles(handles: readonly HeldHandle[]): string {
  const pipes = handles.flatMap((handle) => (handle === 'ipc' ? [] : [`\`${handle}\``]))
  const parts = pipes.length > 0 ? [`${pipes.join(' and ')} ${pipes.length > 1 ? 'pipes' : 'pipe'}`] : []
  if (handles.includes('ipc')) parts.push('IPC channel')
  return parts.join(' and ')
}

function suggest(
  flaw: DetachFlaw,
  site: SpawnSite,
  model: LifecycleModel,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  switch (flaw.is) {
    case 'abandoned':
      return [...suggestUnref(flaw.handles, site, model, sourceCode), suggestCloseListener(site, sourceCode)]
    case 'held': {
      const names = flaw.handles.map((handle) => (handle === 'ipc' ? 'channel' : handle))
      const fix = names.includes('stdio') ? undefined : unrefHandles(site.node, names, sourceCode)
      const suggestions = suggestIgnore(flaw.handles, site, model, sourceCode)
      return fix ? [...suggestions, { messageId: 'suggestUnrefHandles', fix }] : suggestions
    }
    case 'noLeader': {
      const place = site.contract.like.startsWith('exec') ? undefined : getOptionsPlace(site)
      const fix = place && setOptions(place, { detached: 'true' }, sourceCode)
      return fix ? [{ messageId: 'suggestDetached', fix }] : []
    }
    case 'ignored':
      return []
  }
}

/** With the pipes that would hold the program all the same. */
function suggestUnref(
  handles: readonly HeldHandle[],
  site: SpawnSite,
  model: LifecycleModel,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const unref = unrefChild(site.node, sourceCode)
  if (!unref) return []
  if (handles.length === 0) return [{ messageId: 'suggestUnref', fix: unref }]
  return suggestIgnore(handles, site, model, sourceCode).map(({ fix }) => ({
    messageId: 'suggestUnrefAndIgnore',
    fix: (fixer) => [fix(fixer) ?? [], unref(fixer)].flat(),
  }))
}

/** Output that somebody reads cannot be done without. */
function suggestIgnore(
  handles: readonly HeldHandle[],
  site: SpawnSite,
  model: LifecycleModel,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const outputs = handles.filter((handle): handle is Output => handle === 'stdout' || handle === 'stderr')
  const isRead = model.getHandle(site).uses.some(({ facet }) => facet === 'stdout' || facet === 'stderr')
  if (site.handedBack || isRead || outputs.length < handles.length || site.contract.like.startsWith('exec')) return []
  const fix = replacePipes(site, outputs, 'ignore', sourceCode)
  return fix ? [{ messageId: 'suggestIgnore', fix }] : []
}
