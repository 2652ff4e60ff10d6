import { getNatives } from './natives.ts'

/**
 * Makes a directory and those above it that are missing. `mkdirSync` with `recursive` does the same, but never returns
 * below `/proc`, where a directory that exists answers ENOENT (Node 20.20, 22.23, 24.21 and 26.10): it goes from parent
 * to child and back for ever. Here each directory is tried twice at most. Throws as `mkdirSync` does.
 */
export function makeDirectory(path: string, mode = 0o777): void {
  const { mkdirSync } = getNatives()
  try {
    mkdirSync(path, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    const parent = process.getBuiltinModule('node:path').dirname(path)
    if (code !== 'ENOENT' || parent === path) throw error
    makeDirectory(parent, mode)
    try {
      mkdirSync(path, mode)
    } catch (second) {
      // Another process of the run made it meanwhile.
      if ((second as NodeJS.ErrnoException).code !== 'EEXIST') throw second
    }
  }
}
