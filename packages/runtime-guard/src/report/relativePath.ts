/** The path as seen from a directory; a path outside of it stays absolute. Understands both kinds of separator. */
export function relativePath(path: string, directory: string): string {
  const base = directory.replace(/[/\\]+$/, '')
  const separator = path.charAt(base.length)
  if (path.startsWith(base) && (separator === '/' || separator === '\\')) return path.slice(base.length + 1)
  return path
}
