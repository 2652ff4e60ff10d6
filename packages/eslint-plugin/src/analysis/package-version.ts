import { type FileHost, getFileHost } from '../project/file-host.ts'

interface Manifest {
  readonly version?: unknown
  readonly [field: string]: unknown
}

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

function readManifest(host: FileHost, path: string): Manifest | undefined {
  // to ask whether it is there is much cheaper than to fail to read it
  const text = host.stat(path) && host.read(path)
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Manifest) : undefined
  } catch {
    return undefined
  }
}

function getMajor(version: unknown): number | undefined {
  if (typeof version !== 'string') return undefined
  // a range with alternatives or an upper bound names more than one major: only plain, `^` and `~` are certain
  const match = /^(?:workspace:|npm:[^@]+@)?[\^~]?v?(\d+)(?:\.[\dx*]+){0,2}(?:-[\w.-]+)?$/.exec(version.trim())
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/**
 * Finds major versions of packages as the file at `filename` gets them: what is installed in the nearest `node_modules`,
 * else what the nearest `package.json` declares. `undefined` where neither tells.
 */
export function createMajorLookup(filename: string): (packageName: string) => number | undefined {
  const known = new Map<string, number | undefined>()
  return (packageName) => {
    if (!known.has(packageName)) known.set(packageName, findMajor(filename, packageName))
    return known.get(packageName)
  }
}

function findMajor(filename: string, packageName: string): number | undefined {
  const host = getFileHost()
  if (!host) return undefined
  const folders = filename.split(/[/\\]/).slice(0, -1)
  let declared: number | undefined
  for (; folders.length > 0; folders.pop()) {
    const folder = folders.join('/')
    const installed = readManifest(host, `${folder}/node_modules/${packageName}/package.json`)
    if (installed) return getMajor(installed.version)
    if (declared !== undefined) continue
    const manifest = readManifest(host, `${folder}/package.json`)
    const ranges = DEPENDENCY_FIELDS.map(
      (field) => (manifest?.[field] as Record<string, unknown> | undefined)?.[packageName],
    )
    declared = getMajor(ranges.find((range) => range !== undefined))
  }
  return declared
}
