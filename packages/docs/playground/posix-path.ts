/**
 * The little of `node:path` that ESLint and the parser of TypeScript ask for in a browser, where all paths are made up and have
 * forward slashes.
 */
export const sep = '/'

export const isAbsolute = (path: string): boolean => path.startsWith('/')

export const basename = (path: string): string => path.split('/').at(-1) ?? ''

export function dirname(path: string): string {
  const at = path.lastIndexOf('/')
  return at === -1 ? '.' : at === 0 ? '/' : path.slice(0, at)
}

export function extname(path: string): string {
  const name = basename(path)
  const at = name.lastIndexOf('.')
  return at > 0 ? name.slice(at) : ''
}

export function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `${isAbsolute(path) ? '/' : ''}${parts.join('/')}`
}

export const join = (...paths: string[]): string => normalize(paths.join('/'))

export function resolve(...paths: string[]): string {
  const start = paths.findLastIndex(isAbsolute)
  return normalize(`/${paths.slice(Math.max(start, 0)).join('/')}`)
}

export function relative(from: string, to: string): string {
  const base = resolve(from)
  const aim = resolve(to)
  return aim.startsWith(`${base}/`) ? aim.slice(base.length + 1) : aim
}

export default { sep, isAbsolute, basename, dirname, extname, normalize, join, resolve, relative }
