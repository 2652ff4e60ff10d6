import { formatFrame, isInternal, parseStack, type StackFrame } from '../ledger/callSite.ts'
import { isOwnFile } from './hideGuardFrames.ts'
import type { Boundary } from './Observation.ts'

/** The stack of a start, and what of Node's own frames tells which method was called. */
export interface SpawnStack {
  method: string
  /** Innermost first, without the frames of Node and of the guard. */
  stack: string[]
}

const methods = new Set(['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync'])
const framesLookedAt = 40
const framesKept = 16

/**
 * The stack above `boundary`, read through V8's structured frames: independent of the program's own
 * `stackTraceLimit` and `prepareStackTrace`, which are put back before this returns. Where a compiler rewrote the source
 * (a test runner, a TypeScript loader), the program's own formatter maps the lines back: it is asked at once, because
 * a thread can be terminated before the next turn of its loop.
 */
export function captureFrames(boundary: Boundary, fallbackMethod: string): SpawnStack {
  const sites = captureCallSites(boundary)
  let method = fallbackMethod
  let isLeading = true
  const frames: StackFrame[] = []
  for (const site of sites) {
    const file = site.getFileName() ?? site.getScriptNameOrSourceURL() ?? ''
    const name = site.getFunctionName() ?? ''
    if (isOwnFile(file)) continue
    if (isInternal(file)) {
      // The outermost public method of the innermost run of Node's frames is the one that the program called.
      if (isLeading && file === 'node:child_process' && methods.has(name)) method = name
      continue
    }
    isLeading = false
    if (frames.length < framesKept && file !== '') frames.push(frameOf(site, file, name))
  }
  const mapped = captureMappedFrames(boundary)
  return { method, stack: (mapped.length > 0 ? mapped : frames).map(formatFrame) }
}

/** The stack of the `process.exit()` that is on the stack now; undefined where there is none. */
export function captureExit(boundary: Boundary): string[] | undefined {
  const sites = captureCallSites(boundary)
  const exit = sites.findIndex(
    (site) =>
      site.getFileName()?.startsWith('node:internal/process/') &&
      /^(?:process\.)?(?:exit|reallyExit)$/.test(site.getFunctionName() ?? ''),
  )
  if (exit < 0) return undefined
  const frames = sites.slice(exit + 1).flatMap((site) => {
    const file = site.getFileName() ?? site.getScriptNameOrSourceURL() ?? ''
    if (file === '' || isInternal(file) || isOwnFile(file)) return []
    return [frameOf(site, file, site.getFunctionName() ?? '')]
  })
  const mapped = captureMappedFrames(boundary)
  return (mapped.length > 0 ? mapped : frames).slice(0, framesKept).map(formatFrame)
}

function frameOf(site: NodeJS.CallSite, file: string, name: string): StackFrame {
  return { function: name, file: toPath(file), line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 }
}

function toPath(file: string): string {
  return parseStack(`    at ${file}:1:1`)[0]?.file ?? file
}

function captureCallSites(boundary: Boundary): NodeJS.CallSite[] {
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  const holder: { stack?: unknown } = {}
  try {
    define('stackTraceLimit', { value: framesLookedAt, writable: true, configurable: true, enumerable: true })
    define('prepareStackTrace', { value: keepSites, writable: true, configurable: true, enumerable: true })
    Error.captureStackTrace(holder, boundary)
    const sites = holder.stack
    return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : []
  } catch {
    // Frozen intrinsics: the start is recorded without its line.
    return []
  } finally {
    restore('stackTraceLimit', limit)
    restore('prepareStackTrace', prepare)
  }
}

function keepSites(_error: unknown, sites: NodeJS.CallSite[]): NodeJS.CallSite[] {
  return sites
}

function define(name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(Error, name, descriptor)
}

function restore(name: string, descriptor: PropertyDescriptor | undefined): void {
  try {
    if (descriptor) Object.defineProperty(Error, name, descriptor)
    else Reflect.deleteProperty(Error, name)
  } catch {
    // It could not be changed in the first place.
  }
}

/** Name of the function that Node itself has in `Error.prepareStackTrace` (20.20, 22.23, 24.21 and 26.10). */
const defaultFormatter = 'ErrorPrepareStackTrace'

/** The frames as the program's own formatter shows them; none where there is no such formatter. */
function captureMappedFrames(boundary: Boundary): StackFrame[] {
  const foreign = (Error as { prepareStackTrace?: unknown }).prepareStackTrace
  const isForeign = typeof foreign === 'function' && foreign.name !== defaultFormatter
  if (!isForeign && !(process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled) return []
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  const holder: { stack?: unknown } = {}
  try {
    define('stackTraceLimit', { value: framesLookedAt, writable: true, configurable: true, enumerable: true })
    Error.captureStackTrace(holder, boundary)
    const { stack } = holder
    return typeof stack === 'string' ? parseStack(stack).slice(0, framesKept) : []
  } catch {
    return []
  } finally {
    restore('stackTraceLimit', limit)
  }
}
