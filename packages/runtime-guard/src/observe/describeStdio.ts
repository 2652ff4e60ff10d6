/** The kind of each stdio slot as Node normalised it; `ipc` for the channel. */
export function describeStdio(stdio: unknown): string[] {
  if (typeof stdio === 'string') return [stdio, stdio, stdio]
  if (!Array.isArray(stdio)) return []
  return stdio.slice(0, 16).map((slot: unknown) => {
    const { type, ipc } = (slot ?? {}) as { type?: unknown; ipc?: unknown }
    return ipc === true ? 'ipc' : String(type ?? slot)
  })
}
