/** The command in a few words: its program, and for an interpreter or a shell what it runs. */
export function programOf(argv: readonly string[]): string {
  const [file = 'The process', first, second] = argv
  const name = baseName(file)
  if (/^(?:ba|da|z|k|a)?sh$|^cmd(?:\.exe)?$/i.test(name) && first !== undefined && second !== undefined)
    return `\`${shorten(second)}\` (in ${name})`
  if (/^(?:node|python[\d.]*|ruby|perl|deno|bun)(?:\.exe)?$/i.test(name)) {
    const script = findScript(argv.slice(1))
    if (script !== undefined) return `\`${name} ${shorten(baseName(script))}\``
  }
  return `\`${shorten([name, ...argv.slice(1)].join(' '))}\``
}

/** The first word that is neither an option nor the value of one that preloads. */
function findScript(args: readonly string[]): string | undefined {
  const preloads = /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions)$/
  return args.find((word, position) => !word.startsWith('-') && !preloads.test(args[position - 1] ?? ''))
}

function baseName(path: string): string {
  return /[^/\\]+$/.exec(path)?.[0] ?? path
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
