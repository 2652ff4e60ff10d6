/** Handles that were made by the same line, or by no line that is known. */
export interface HandleGroup {
  /** Types as Node's asynchronous hooks name them, each with the number of handles. */
  types: Map<string, number>
  /** `file:line` as printed, relative to the working directory below it; null: Node itself, or code that is gone. */
  site: string | null
  /** That line; null: it could not be read. */
  code: string | null
  /** No line of the project made it: a library did. */
  isForeign: boolean
}

/** What can keep a loop alive; other resources that the hooks see (ticks, resolvers, the tests of a runner) only look so. */
const holdingTypes =
  /^(?:Timeout|Immediate|MESSAGEPORT|WORKER|STATWATCHER|ZLIB|[A-Z0-9]*(?:WRAP|JOB|REQUEST|REQ|REQCALLBACK|REQPROMISE))$/

/** Types of handles that Node also lists as active; those it does not list then hold nothing: a terminal that is only written to. */
const listedTypes = new Map([
  ['Timeout', 'Timeout'],
  ['TTYWRAP', 'TTYWrap'],
  ['PIPEWRAP', 'PipeWrap'],
  ['PROCESSWRAP', 'ProcessWrap'],
  ['TCPSERVERWRAP', 'TCPServerWrap'],
  ['TCPWRAP', 'TCPSocketWrap'],
  ['UDPWRAP', 'UDPWrap'],
  ['FSEVENTWRAP', 'FSEventWrap'],
  ['MESSAGEPORT', 'MessagePort'],
])

/**
 * Reads what why-is-node-running prints, without its noise.
 * @param lines as printed
 * @param active `process.getActiveResourcesInfo()` of the same moment
 * @param isOwn whether a file, as printed, is the guard's
 * @returns those of the project's own lines first
 */
export function parseHandles(
  lines: readonly string[],
  active: readonly string[],
  isOwn: (file: string) => boolean,
): HandleGroup[] {
  const groups = new Map<string, HandleGroup>()
  for (const [type = '', ...frames] of splitBlocks(lines)) {
    const listed = listedTypes.get(type)
    if (!holdingTypes.test(type) || (listed !== undefined && !active.includes(listed))) continue
    const stack = frames.flatMap((line) => parseFrame(line) ?? [])
    if (stack.some(({ file }) => isOwn(file))) continue
    const ours = stack.find(({ file }) => !isForeign(file))
    const { site = null, code = null } = ours ?? stack[0] ?? {}
    const key = site ?? type
    const group: HandleGroup = groups.get(key) ?? { types: new Map(), site, code, isForeign: ours === undefined }
    group.types.set(type, (group.types.get(type) ?? 0) + 1)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => Number(a.isForeign) - Number(b.isForeign))
}

/** A block for each handle: its type, then its frames. */
function splitBlocks(lines: readonly string[]): string[][] {
  const blocks: string[][] = []
  for (const line of lines) {
    if (line.startsWith('# ')) blocks.push([line.slice(2)])
    else if (line !== '') blocks.at(-1)?.push(line)
  }
  return blocks
}

function parseFrame(line: string): { file: string; site: string; code: string | null } | undefined {
  const [, file, number, code = null] = /^(.+?):(\d+)\s*(?:- (.*))?$/.exec(line) ?? []
  if (file === undefined || number === undefined) return undefined
  return { file, site: `${file}:${number}`, code }
}

/** Code of a package, or none that stands in a file. */
function isForeign(file: string): boolean {
  return /(?:^|[\\/])node_modules[\\/]/.test(file) || file.startsWith('[')
}
