import { getNatives } from './natives.ts'

/**
 * The text of a file in a directory that others write to. Throws as `fs` does, and for what is no regular file: a link could lead
 * anywhere, and reading a pipe would wait for its writer.
 */
export function readRegularFile(file: string): string {
  const { openSync, fstatSync, readFileSync, closeSync } = getNatives()
  // Windows has neither of the last two.
  const { constants } = process.getBuiltinModule('node:fs') as { constants: Partial<Record<string, number>> }
  const { O_RDONLY = 0, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants
  const descriptor = openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error(`${file} is no regular file`)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}
