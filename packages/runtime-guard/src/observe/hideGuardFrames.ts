let ownFiles: readonly string[] = []

/** Names the files whose frames are the guard's own. */
export function setOwnFiles(files: readonly string[]): void {
  ownFiles = files
}

export function isOwnFile(file: string): boolean {
  return ownFiles.includes(file)
}

/** Takes the guard's own lines out of a stack that the program is going to see. */
export function hideGuardFrames(error: unknown): void {
  try {
    const failure = error as { stack?: unknown } | null
    if (typeof failure !== 'object' || failure === null) return
    const { stack } = failure
    const isOwn = (line: string): boolean => ownFiles.some((file) => line.includes(file))
    if (typeof stack !== 'string' || !isOwn(stack)) return
    failure.stack = stack
      .split('\n')
      .filter((line) => !isOwn(line))
      .join('\n')
  } catch {
    // A frozen error keeps its stack.
  }
}
