/** What tells one state of a file from another. */
export interface FileStamp {
  /** In milliseconds since the epoch, with fractions. */
  readonly mtimeMs: number
  /** In bytes. */
  readonly size: number
}

/** The little of Node's file system that finding other files takes. Paths have forward slashes. */
export interface FileHost {
  /** `undefined` for what is missing, unreadable or no plain file. */
  stat(path: string): FileStamp | undefined
  /** `undefined` for what is missing or unreadable. */
  read(path: string): string | undefined
}

interface FileSystem {
  readFileSync(path: string, encoding: 'utf8'): string
  statSync(path: string, options: { throwIfNoEntry: false }): (FileStamp & { isFile(): boolean }) | undefined
}

/** File access where there is any, without a static import of a Node module; `undefined` in a browser. */
export function getFileHost(): FileHost | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } }
  const system = process?.getBuiltinModule?.('node:fs') as FileSystem | undefined
  return (
    system && {
      stat: (path) =>
        attempt(() => {
          const found = system.statSync(path, { throwIfNoEntry: false })
          return found?.isFile() ? found : undefined
        }),
      read: (path) => attempt(() => system.readFileSync(path, 'utf8')),
    }
  )
}

function attempt<T>(access: () => T): T | undefined {
  try {
    return access()
  } catch {
    return undefined
  }
}
