import { getNatives } from '../journal/natives.ts'

/**
 * True when the nearest configuration file, or the nearest package.json, may hold this key of the settings; whether it does, and
 * what it says, is for the code that reads settings. Two questions to the file system for each directory up to the root.
 */
export function mentionsSetting(cwd: string, key: string): boolean {
  const { existsSync, readFileSync } = getNatives()
  const holds = (path: string, pattern: RegExp): boolean => {
    try {
      // An error of `readFileSync` costs several times what the question does.
      return existsSync(path) && pattern.test(readFileSync(path, 'utf8'))
    } catch {
      return false
    }
  }
  for (let directory = cwd, depth = 0; depth < 100; depth++) {
    const base = directory.endsWith('/') || directory.endsWith('\\') ? directory.slice(0, -1) : directory
    if (holds(`${base}/runtime-guard.config.json`, new RegExp(`"${key}"`))) return true
    if (holds(`${base}/package.json`, new RegExp(`"runtime-guard"\\s*:\\s*\\{[^}]*"${key}"`))) return true
    const parent = process.getBuiltinModule('node:path').dirname(directory)
    if (parent === directory) break
    directory = parent
  }
  return false
}
