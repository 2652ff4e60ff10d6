import type { TSESTree } from '@typescript-eslint/utils'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import type { SpawnCommand } from './spawn-command.ts'

/** Programs that there are on one system only. */
const WINDOWS_COMMAND =
  /^(?:chcp|cls|cmd|copy|del|dir|explorer|icacls|msiexec|net|powershell|pwsh|reg|rmdir|sc|schtasks|start|taskkill|tasklist|ver|where|wmic|wsl)(?:\.exe)?$/i
const MAC_COMMAND =
  /^(?:codesign|defaults|diskutil|ditto|hdiutil|ioreg|launchctl|mdfind|open|osascript|pbcopy|pbpaste|plutil|pmset|scutil|security|simctl|sw_vers|system_profiler|xcode-select|xcodebuild|xcrun|.*\/PlistBuddy)$/

/** The only system that a command runs on, by its name or by a condition around `node`, where the source tells. */
export function findOnlySystem(node: TSESTree.Node, { names = [] }: SpawnCommand): 'darwin' | 'win32' | undefined {
  if (names.length > 0 && names.every((name) => WINDOWS_COMMAND.test(name))) return 'win32'
  if (names.length > 0 && names.every((name) => MAC_COMMAND.test(name))) return 'darwin'
  let below = node
  for (let at = node.parent; at; below = at, at = at.parent) {
    const system = readBranch(at, below) ?? readEarlierReturns(at, below)
    if (system) return system
  }
  return undefined
}

function readBranch(at: TSESTree.Node, below: TSESTree.Node): 'darwin' | 'win32' | undefined {
  switch (at.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      if (at.test === below) return undefined
      return readTest(at.test, at.consequent === below)
    case 'LogicalExpression':
      return at.right === below && at.operator !== '??' ? readTest(at.left, at.operator === '&&') : undefined
    case 'SwitchCase':
      return toSystem(getStaticString(at.test))
    default:
      return undefined
  }
}

/** `if (process.platform !== 'win32') return` */
function readEarlierReturns(at: TSESTree.Node, below: TSESTree.Node): 'darwin' | 'win32' | undefined {
  if (at.type !== 'BlockStatement' && at.type !== 'Program') return undefined
  const first = findFirstReturn(at)
  return first && first.statement.range[1] <= below.range[0] ? first.system : undefined
}

interface EarlyReturn {
  readonly statement: TSESTree.Node
  readonly system: 'darwin' | 'win32'
}

/** A file can start thousands of children behind one another. */
const firstReturns = new WeakMap<TSESTree.Node, EarlyReturn | 'none'>()

function findFirstReturn(block: TSESTree.BlockStatement | TSESTree.Program): EarlyReturn | undefined {
  let first = firstReturns.get(block)
  if (!first) firstReturns.set(block, (first = readFirstReturn(block) ?? 'none'))
  return first === 'none' ? undefined : first
}

function readFirstReturn({ body }: TSESTree.BlockStatement | TSESTree.Program): EarlyReturn | undefined {
  for (const statement of body) {
    if (statement.type !== 'IfStatement' || statement.alternate) continue
    const { consequent } = statement
    const last = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent
    if (last?.type !== 'ReturnStatement' && last?.type !== 'ThrowStatement') continue
    const system = readTest(statement.test, false)
    if (system) return { statement, system }
  }
  return undefined
}

/** The system that a test asks for, when it comes out as `holds`. */
function readTest(test: TSESTree.Node, holds: boolean): 'darwin' | 'win32' | undefined {
  const inner = skipWrappers(test)
  switch (inner.type) {
    case 'BinaryExpression': {
      const isEqual = /^===?$/.test(inner.operator)
      if (!/^[!=]==?$/.test(inner.operator) || isEqual !== holds) return undefined
      return toSystem(getStaticString(inner.right)) ?? toSystem(getStaticString(inner.left))
    }
    case 'UnaryExpression':
      return inner.operator === '!' ? readTest(inner.argument, !holds) : undefined
    case 'LogicalExpression':
      if ((inner.operator === '&&') !== holds) return undefined
      return readTest(inner.left, holds) ?? readTest(inner.right, holds)
    default:
      return holds ? readName(inner) : undefined
  }
}

/** `isWindows`, `os.isMac()` */
function readName(node: TSESTree.Node): 'darwin' | 'win32' | undefined {
  const callee = node.type === 'CallExpression' ? skipWrappers(node.callee) : node
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? getStaticPropertyName(callee)
        : undefined
  if (/^(?:is_?)?(?:win|win32|windows)$/i.test(name ?? '')) return 'win32'
  return /^(?:is_?)?(?:mac|macos|macintosh|darwin|osx)$/i.test(name ?? '') ? 'darwin' : undefined
}

function toSystem(text: string | undefined): 'darwin' | 'win32' | undefined {
  if (text === 'win32' || text === 'Windows_NT') return 'win32'
  return text === 'darwin' || text === 'Darwin' ? 'darwin' : undefined
}
