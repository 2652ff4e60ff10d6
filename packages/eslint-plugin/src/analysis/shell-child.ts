import type { TSESTree } from '@typescript-eslint/utils'
import { isCallbackName } from './completion.ts'
import { type LineFate, readLine, readLineFate } from './command-line.ts'
import { followConstants, readPrimitive } from './known-value.ts'
import { findOnlySystem } from './platform-guard.ts'
import type { SpawnSite } from './spawn-site.ts'
import { isInText } from './text-search.ts'
import { ABSENT, isKnownAs } from './three-valued.ts'

/** What stands between the program and the command that it means. */
export interface ShellChild {
  /** `launcher`: npm and npx, which run what they are told behind a shell of their own. */
  readonly is: 'launcher' | 'shell'
  /** It stays in any shell; otherwise in dash, and not in bash. */
  readonly isKept: boolean
  /** The only argument that is written out and tells one command: `exec` in front of it replaces the shell. */
  readonly single: TSESTree.Node | undefined
}

/** The shell behind which a child runs its command, where a POSIX system has one and it is not replaced by the command. */
export function findShell(site: SpawnSite): ShellChild | undefined {
  // zx ends the whole tree (measured with 8.8.5)
  if (site.contract.signature === 'template') return undefined
  const system = findOnlySystem(site.node, site.command)
  if (system === 'win32') return undefined
  const shell = readShell(site)
  // the `sh` of macOS is bash
  const isBash = system === 'darwin' || shell?.isDefault === false
  if (!shell) return isLauncher(site) && !isBash ? { is: 'launcher', isKept: false, single: undefined } : undefined
  const text = readLine(shell.line, site.unit)
  if (WINDOWS_FILE.test(text) || LOOKUP.test(text)) return undefined
  const fate = readLineFate(text)
  if (fate === 'alone' || fate === 'replaced' || (fate === 'unknown' && isInText(EXEC_PREFIX, site.unit)))
    return undefined
  if (isBash && fate !== 'kept') return undefined
  return { is: 'shell', isKept: fate === 'kept', single: findSingle(shell, fate) }
}

const WINDOWS_FILE = /^["']?[^\s"']+\.(?:exe|cmd|bat)\b/i
/** It asks for a path, and is over in a moment; often one of them is chosen by the system. */
const LOOKUP = /^(?:command -v|type|where|which)\s/

/** An `exec` that is put in front of a command line in another place. */
const EXEC_PREFIX = /exec (?<=['"`]exec )/

interface Shell {
  /** `/bin/sh`, which is dash on some systems and bash on others. */
  readonly isDefault: boolean
  /** The pieces of the command line; `undefined` for one that is not to be seen. */
  readonly line: readonly (TSESTree.Node | undefined)[]
}

const POSIX_SHELL = /^(?:.*\/)?(?:ba|da|k|mk|z|a)?sh$/
const DEFAULT_SHELL = /^(?:.*\/)?(?:da)?sh$/

function readShell(site: SpawnSite): Shell | undefined {
  const { command, contract, options } = site
  const chosen = isCallbackLast(site) ? ABSENT : options.shape.get('shell')
  if (contract.like === 'exec' ? chosen.is === 'unknown' : options.shell.is === 'unknown') return undefined
  if (contract.like !== 'exec' && !isKnownAs(options.shell, true)) return readShellCommand(site)
  const name = chosen.is === 'known' ? readPrimitive(chosen.value, site.unit.bindings) : undefined
  if (name?.is === 'unknown') return undefined
  const text = name?.is === 'known' && typeof name.value === 'string' ? name.value : 'sh'
  return POSIX_SHELL.test(text)
    ? { isDefault: DEFAULT_SHELL.test(text), line: [command.node, ...listArguments(site)] }
    : undefined
}

/** `exec(line, callback)`, where no more than its name tells that the last argument is no object of options. */
function isCallbackLast({ arguments: { callback }, node }: SpawnSite): boolean {
  const [, last, more] = node.type === 'CallExpression' ? node.arguments : []
  return callback.is === 'unknown' && !more && last?.type === 'Identifier' && isCallbackName(last.name)
}

/** `spawn('sh', ['-c', …])` */
function readShellCommand(site: SpawnSite): Shell | undefined {
  const [name, ...others] = site.command.names ?? []
  if (name === undefined || others.length > 0 || !POSIX_SHELL.test(name)) return undefined
  const [flag, script] = listArguments(site)
  const text = flag && readPrimitive(flag, site.unit.bindings)
  if (text?.is !== 'known' || !/^-\w*c$/.test(String(text.value))) return undefined
  return { isDefault: DEFAULT_SHELL.test(name), line: [script] }
}

function listArguments({ arguments: { args }, unit }: SpawnSite): (TSESTree.Node | undefined)[] {
  if (args.is !== 'known') return args.is === 'absent' ? [] : [undefined]
  const list = followConstants(args.value, unit.bindings)
  if (list.type !== 'ArrayExpression') return [undefined]
  return list.elements.map((element) => (element && element.type !== 'SpreadElement' ? element : undefined))
}

function findSingle({ line }: Shell, fate: LineFate): TSESTree.Node | undefined {
  const [only, ...others] = line
  return fate === 'single' && others.length === 0 ? only : undefined
}

const RUNNING = /^(?:exec|restart|run|run-script|start|stop|t|test|x)$/

/** npm hands SIGTERM on to its shell, and that is as far as it goes; SIGKILL does not get beyond npm (measured with npm 11). */
function isLauncher({ command: { isCompound, names, subcommand } }: SpawnSite): boolean {
  if (!names || names.length === 0 || isCompound) return false
  if (names.every((name) => /^npx(?:\.cmd)?$/.test(name))) return true
  return names.every((name) => /^npm(?:\.cmd)?$/.test(name)) && RUNNING.test(subcommand ?? '')
}
