/**
 * Controls, format characters (which reorder or hide text), lone surrogates, line and paragraph separators: what could
 * steer a terminal or make a command line look like another one.
 */
const unsafe = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu

/** Text from outside (arguments, paths, test names) with everything invisible written as an escape. */
export function visibleText(text: string): string {
  // The runner of GitHub Actions obeys its older workflow commands, `##[name]`, anywhere in a line.
  return text.replace(unsafe, escapeCharacter).replaceAll('##[', String.raw`#\x23[`)
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`
}

/** Text cut to a number of characters, with an ellipsis in place of what is missing. */
export function cutText(text: string, length: number): string {
  const characters = Array.from(text)
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`
}
