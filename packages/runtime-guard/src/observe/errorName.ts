/** The name of a negative error number of libuv. */
export function errorName(number: number | null): string {
  try {
    return process.getBuiltinModule('node:util').getSystemErrorName(number ?? 0)
  } catch {
    return `error ${number}`
  }
}
