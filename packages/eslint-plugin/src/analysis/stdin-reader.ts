import { getStaticString } from '../ast/static-value.ts'
import { followConstants } from './known-value.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** A program that reads its standard input to the end, unless its arguments name files in its place. */
interface Reader {
  readonly names: readonly string[]
  /** The operands in front of the files: a pattern, a script. */
  readonly leading: number
  /** Flags that leave it reading. One that is not listed (`--version`, `-r`, `--files0-from`) may change that. */
  readonly flags: RegExp
  /** Those of them whose value is the next word. */
  readonly valued?: RegExp
  /** Operands with which it may end before its input does. */
  readonly ending?: RegExp
}

const ANY_SHORT_FLAG = /^-[a-zA-Z0-9]+$/
const NO_FLAG = /^$/
/** No operand is a file to read. */
const NO_FILES = Number.POSITIVE_INFINITY

/** From the manuals of GNU coreutils, grep, sed, gawk, jq and POSIX; all but gawk, ruby and zsh were run with an open pipe, and waited. */
const READERS: readonly Reader[] = [
  // filters: every operand is a file
  { names: ['cat', 'tac', 'rev', 'wc', 'uniq', 'nl', 'base64'], leading: 0, flags: ANY_SHORT_FLAG },
  { names: ['md5sum', 'sha1sum', 'sha256sum', 'sha512sum', 'cksum'], leading: 0, flags: ANY_SHORT_FLAG },
  { names: ['sort'], leading: 0, flags: /^-[bdfghikMnrRsuVz]+$|^-[kt]\S*$/, valued: /^-[kt]$/ },
  { names: ['head', 'tail'], leading: 0, flags: /^-[nc]\S*$|^-\d+$|^-q$/, valued: /^-[nc]$/ },
  { names: ['cut'], leading: 0, flags: /^-[bcdf]\S*$|^-s$/, valued: /^-[bcdf]$/ },
  // the first operand is what to look for, or to do
  { names: ['grep', 'egrep', 'fgrep'], leading: 1, flags: /^-[cEFhHilnoPqsvwxz]+$/ },
  { names: ['sed'], leading: 1, flags: /^-[nErsuz]+$/ },
  { names: ['awk', 'gawk', 'mawk'], leading: 1, flags: /^-F\S*$|^-v\S*$/, valued: /^-[Fv]$/, ending: /BEGIN|exit/ },
  { names: ['jq'], leading: 1, flags: /^-[acCMrsSe]+$/ },
  // they read nothing but their input
  { names: ['tr'], leading: NO_FILES, flags: /^-[cCdst]+$/ },
  { names: ['tee'], leading: NO_FILES, flags: /^-[ai]+$/ },
  { names: ['xargs'], leading: NO_FILES, flags: /^-(?:[0rt]+|[nPI]\S*)$/, valued: /^-[nPI]$/ },
  // interpreters, which take their program from the input when no argument says otherwise
  { names: ['sh', 'bash', 'dash', 'zsh', 'node', 'python', 'python3', 'ruby', 'perl'], leading: 0, flags: NO_FLAG },
]

const ANY_READER = new RegExp(
  String.raw`(?:^|[\s'"/\\])(?:${READERS.flatMap(({ names }) => names).join('|')})(?:$|[\s'"|])`,
)

/** Does the command, as its arguments tell, read its standard input to the end before it ends? */
export function isStdinReader(site: SpawnSite, unit: SourceUnit): boolean {
  // most commands are none, whatever their arguments say
  if (!ANY_READER.test(site.command.text ?? '')) return false
  const words = readWords(site, unit)
  const [command, ...args] = words ?? []
  const name = command?.split(/[/\\]/).at(-1)
  const reader = name === undefined ? undefined : READERS.find(({ names }) => names.includes(name))
  return reader !== undefined && isReading(reader, args)
}

function isReading({ ending, flags, leading, valued }: Reader, args: readonly string[]): boolean {
  let operands = 0
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ''
    if (word === '-') continue
    if (ending?.test(word)) return false
    if (!word.startsWith('-')) operands += 1
    else if (!flags.test(word)) return false
    else if (valued?.test(word)) index += 1
  }
  // without its pattern the program only complains
  return leading === NO_FILES || operands === leading
}

/** The command and all of its arguments; `undefined` where the source does not fix them. */
function readWords(
  { arguments: { args }, command, contract, options }: SpawnSite,
  unit: SourceUnit,
): string[] | undefined {
  if (command.text === undefined) return undefined
  const isLine = contract.signature !== 'file' && contract.signature !== 'file-callback'
  if (isLine) return splitLine(command.text)
  if (options.shell.is === 'unknown' || args.is === 'unknown') return undefined
  const words: string[] = []
  const list = args.is === 'known' ? followConstants(args.value, unit.bindings) : undefined
  if (list && list.type !== 'ArrayExpression') return undefined
  for (const element of list?.elements ?? []) {
    const word = element ? getStaticString(element) : undefined
    if (word === undefined) return undefined
    words.push(word)
  }
  if (options.shell.is !== 'known' || !options.shell.value) return [command.text, ...words]
  return splitLine([command.text, ...words].join(' '))
}

/** The words of the first command of a plain pipeline; `undefined` for what only a shell understands. */
function splitLine(line: string): string[] | undefined {
  const first = line.split('|')[0] ?? ''
  if (line.includes('||') || /[<>;&$`(){}*?~\\\n]/.test(first.replaceAll(/'[^']*'/g, ''))) return undefined
  const words = first.trim().match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  return words.map((word) => word.replaceAll(/['"]/g, ''))
}
