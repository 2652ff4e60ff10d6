import type { Rule } from 'eslint'
import type { SpawnSite } from '../../analysis/spawn-site.ts'
import { addListener } from '../../fix/add-listener.ts'
import type { Suggestion } from './define-rule.ts'

/** A 'close' listener that prints how the command failed. The rule has the message `suggestCloseListener`. */
export function suggestCloseListener(
  { command, node }: SpawnSite,
  sourceCode: Rule.RuleContext['sourceCode'],
): Suggestion {
  const what = command.names?.length === 1 ? (command.names[0] ?? '') : 'The child process'
  const name = /[`\\$]/.test(what) ? 'The child process' : what
  const body = [`if (code !== 0) console.error(\`${name} ended with \${signal ?? code}\`)`]
  return {
    messageId: 'suggestCloseListener',
    fix: addListener(node, { event: 'close', listener: { params: 'code, signal', body } }, sourceCode),
  }
}
