import type { SpawnSite } from './spawn-site.ts'

/** Why a start hardly fails: the binary that runs is there, and a shell exits with 127 when it lacks the command (measured). */
export type StartGuarantee = 'fork' | 'node' | 'shell'

/** What a child that is no plain external command has to make 'error' improbable; a bad `cwd` is left out of account. */
export function listStartGuarantees({ command, contract, options: { shell } }: SpawnSite): StartGuarantee[] {
  if (contract.like === 'fork') return ['fork']
  const guarantees: StartGuarantee[] = []
  if (command.maySelf) guarantees.push('node')
  if (command.isShell || shell.is === 'unknown' || (shell.is === 'known' && shell.value)) guarantees.push('shell')
  return guarantees
}
