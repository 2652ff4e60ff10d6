/**
 * `NODE_OPTIONS` with the guard by its absolute path: a bare name breaks every Node child in a directory from which it
 * cannot be resolved. The options of others stay where they are; the guard's own are replaced by one.
 */
export function absoluteNodeOptions(
  options: string | undefined,
  file: string,
  packageNames: readonly string[],
): string {
  const wanted = `--require ${quote(file)}`
  // The two usual cases at the start of a process, without a regular expression to compile.
  if (options === undefined || options === '' || options === wanted) return wanted
  const words = splitOptions(options)
  const kept: string[] = []
  let isPlaced = false
  for (let position = 0; position < words.length; position++) {
    const word = words[position] ?? ''
    const { flag, value, width } = readPreload(words, position)
    if (flag && isGuard(value, file, packageNames)) {
      if (!isPlaced) kept.push(wanted)
      isPlaced = true
    } else {
      kept.push(words.slice(position, position + width).join(' ') || word)
    }
    position += width - 1
  }
  if (!isPlaced) kept.push(wanted)
  return kept.join(' ')
}

/** Words as they stand, with their quotes: Node splits at spaces outside of double quotes, where a backslash escapes. */
function splitOptions(text: string): string[] {
  return text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []
}

function readPreload(words: readonly string[], position: number): { flag: boolean; value: string; width: number } {
  const word = words[position] ?? ''
  const joined = /^(--require|--import|-r)=(.*)$/s.exec(unquote(word))
  if (joined) return { flag: true, value: joined[2] ?? '', width: 1 }
  const next = words[position + 1]
  if (next !== undefined && /^(?:--require|--import|-r)$/.test(unquote(word)))
    return { flag: true, value: unquote(next), width: 2 }
  return { flag: false, value: '', width: 1 }
}

function isGuard(value: string, file: string, packageNames: readonly string[]): boolean {
  if (packageNames.includes(value) || value === file) return true
  try {
    return value.startsWith('file:') && decodeURIComponent(value.replace(/^file:\/\//, '')) === file
  } catch {
    return false
  }
}

function unquote(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'))
}

function quote(path: string): string {
  const isPlain = !path.includes(' ') && !path.includes('"') && !path.includes('\\') && !path.includes('\t')
  return isPlain ? path : `"${path.replace(/["\\]/g, '\\$&')}"`
}
