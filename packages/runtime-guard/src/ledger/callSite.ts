/** A frame of a stack: `function` is empty for code outside of one. */
export interface StackFrame {
  function: string
  file: string
  line: number
  column: number
}

/** `function (file:line:column)` or `file:line:column`, with or without the `at` of V8. */
const framePattern = /^\s*(?:at )?(?:(.*?) \()?(.+?):(\d+)(?::(\d+))?\)?$/

/** Reads one line of a stack; undefined for a line that is no frame (`at <anonymous>`, `at new Promise (native)`). */
export function parseFrame(line: string): StackFrame | undefined {
  const match = framePattern.exec(line)
  const file = match?.[2]
  if (!match || file === undefined) return undefined
  const name = (match[1] ?? '').replace(/^async /, '')
  return {
    function: name,
    file: toPath(file.replace(/^async /, '')),
    line: Number(match[3]),
    column: Number(match[4] ?? 1),
  }
}

export function formatFrame({ function: name, file, line, column }: StackFrame): string {
  const place = `${file}:${line}:${column}`
  return name === '' ? place : `${name} (${place})`
}

/** The frames of a `stack` property, without those of Node. */
export function parseStack(stack: string): StackFrame[] {
  return stack
    .split('\n')
    .filter((line) => /^\s*at /.test(line))
    .map(parseFrame)
    .filter((frame) => frame !== undefined && !isInternal(frame.file)) as StackFrame[]
}

/** True for code that is part of Node. */
export function isInternal(file: string): boolean {
  return file.startsWith('node:') || file === 'native' || file === '<anonymous>'
}

/** Code that was made while the program ran (`vm`, `new Function`) has no line that anybody could open. */
function isMadeAtRunTime(file: string): boolean {
  return file.includes('<anonymous>')
}

/** The line to show: the innermost one in a file of the user's own, else in code of his without a file, else the innermost one of all. */
export function findCallSite(stack: readonly string[]): StackFrame | undefined {
  const frames = stack.map(parseFrame).filter((frame) => frame !== undefined && !isInternal(frame.file)) as StackFrame[]
  const own = frames.filter((frame) => !isInDependency(frame.file))
  return own.find((frame) => !isMadeAtRunTime(frame.file)) ?? own[0] ?? frames[0]
}

/** Package managers that live outside of a `node_modules` folder: Corepack, Yarn in a repository, Volta, pnpm's own. */
const packageManagers =
  /[/\\]corepack[/\\]v\d+[/\\]|[/\\]\.yarn[/\\](?:releases|cache|unplugged)[/\\]|[/\\]\.pnp\.c?js$|[/\\]volta[/\\]tools[/\\]image[/\\]|[/\\]pnpm[/\\](?:[^/\\]+[/\\])*dist[/\\]pnpm\.[cm]?js$/

/** True for code that the user of a package does not write: installed packages, and package managers themselves. */
export function isInDependency(file: string): boolean {
  return /[/\\]node_modules[/\\]/.test(file) || packageManagers.test(file)
}

/** A `file:` URL as the path it means (stacks of ES modules have URLs). */
function toPath(file: string): string {
  if (!file.startsWith('file://')) return file
  try {
    const path = decodeURIComponent(file.slice('file://'.length).replace(/[?#].*$/, ''))
    return /^\/[A-Za-z]:\//.test(path) ? path.slice(1).replaceAll('/', '\\') : path
  } catch {
    return file
  }
}
