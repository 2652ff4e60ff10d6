import { cutText, visibleText } from './visibleText.ts'

/** A command line as it could be typed, in one line, harmless to a terminal, cut to `length` characters. */
export function formatCommand(argv: readonly string[], length: number): string {
  const words: string[] = []
  let used = 0
  for (const argument of argv) {
    if (used > length) break
    // An argument can hold a whole script; only its beginning can be shown.
    const word = quoteWord(visibleText(cutText(argument, length + 1)))
    words.push(word)
    used += word.length + 1
  }
  return cutText(words.join(' '), length)
}

function quoteWord(word: string): string {
  // Nobody types what stands in place of a secret.
  if (/^(?:[\w@%+=:,./~^*?#-]|\[redacted\])+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
