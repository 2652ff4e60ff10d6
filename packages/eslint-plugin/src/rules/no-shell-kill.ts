import type { Rule } from 'eslint'
import type { LifecycleModel } from '../analysis/lifecycle-model.ts'
import type { ShellKill } from '../analysis/shell-kill.ts'
import { isCommandMatched } from '../analysis/spawn-command.ts'
import type { SpawnSite } from '../analysis/spawn-site.ts'
import { isKnownAs } from '../analysis/three-valued.ts'
import { killGroup } from '../fix/kill-group.ts'
import { prefixCommand } from '../fix/prefix-command.ts'
import { setOptions } from '../fix/set-option.ts'
import { defineRule, type Suggestion } from './support/define-rule.ts'
import { LOCAL_QUERIES, QUICK_COMMANDS, SYSTEM_QUERIES } from './support/known-commands.ts'
import { getOptionsPlace } from './support/options-place.ts'
import { commandsProperty } from './support/path-option.ts'

interface Options {
  readonly commands: readonly string[]
}

const rule: Rule.RuleModule = defineRule<Options>({
  name: 'no-shell-kill',
  description: 'disallow killing only the shell in front of a command',
  tiers: { recommended: { severity: 'error' }, strict: { severity: 'error' } },
  defaults: { commands: [...QUICK_COMMANDS, ...SYSTEM_QUERIES, ...LOCAL_QUERIES] },
  properties: { commands: commandsProperty },
  messages: {
    killEndsShell:
      'The kill on line {{line}} ends only the shell of `{{call}}`{{where}}, so the command behind it lives on.',
    timeoutEndsShell: 'The `timeout` of `{{call}}` ends only the shell{{where}}, so the command behind it lives on.',
    signalEndsShell: 'The `signal` of `{{call}}` ends only the shell{{where}}, so the command behind it lives on.',
    killEndsLauncher:
      'The kill on line {{line}} ends only `{{call}}` and its shell{{where}}, so the script behind it lives on.',
    timeoutEndsLauncher:
      'The `timeout` of `{{call}}` ends only the launcher and its shell{{where}}, so the script behind it lives on.',
    signalEndsLauncher:
      'The `signal` of `{{call}}` ends only the launcher and its shell{{where}}, so the script behind it lives on.',
    suggestExec: 'Let the shell become the command: `exec …` (there is no `exec` on Windows).',
    suggestNoShell: 'Start the command without a shell.',
    suggestGroup: 'Start a process group and kill all of it.',
  },
  judge(site, { model, options, sourceCode }) {
    if (isCommandMatched(site.command, options.commands)) return undefined
    const found = model.findShellKill(site)
    if (!found) return undefined
    const { by, kills, shell } = found
    const messageId = `${by}Ends${shell.is === 'shell' ? 'Shell' : 'Launcher'}`
    const where = shell.isKept ? '' : ', where that is dash as on Debian and Ubuntu'
    const data = { line: String(kills[0]?.place.loc.start.line), where }
    return { messageId, data, suggestions: suggest(found, site, model, sourceCode) }
  },
})

export default rule

function suggest(
  { by, kills, shell }: ShellKill,
  site: SpawnSite,
  model: LifecycleModel,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion[] {
  const suggestions: Suggestion[] = []
  const place = getOptionsPlace(site)
  const exec = shell.single && prefixCommand(shell.single, 'exec')
  if (exec && !site.handedBack) suggestions.push({ messageId: 'suggestExec', fix: exec })
  const isShellOption = site.contract.like !== 'exec' && isKnownAs(site.options.shell, true)
  const isList = site.arguments.args.is === 'known' && !shell.isKept && /^[\w./@-]+$/.test(site.command.text ?? '')
  const noShell = place && isShellOption && isList ? setOptions(place, { shell: 'false' }, sourceCode) : undefined
  if (noShell) suggestions.push({ messageId: 'suggestNoShell', fix: noShell })
  // `exec()` and `execFile()` do not pass `detached` on (measured)
  const isGrouped = by === 'kill' && place && site.contract.like === 'spawn' && site.contract.handle === 'child'
  const calls = model.getHandle(site).uses.flatMap(({ kind, source }) => (kind === 'kill' ? [source] : []))
  const own = kills.flatMap(({ by: way, node }) => (way === 'handle' ? [node] : []))
  const group = isGrouped && calls.length === own.length ? killGroup(place, own, sourceCode) : undefined
  if (group) suggestions.push({ messageId: 'suggestGroup', fix: group })
  return suggestions
}
