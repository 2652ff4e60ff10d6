/** True when the whole text matches: `*` stands for any characters, `?` for one. Takes no more than text × pattern steps. */
export function matchesGlob(text: string, pattern: string): boolean {
  let position = 0
  let index = 0
  let star = -1
  let resume = 0
  while (position < text.length) {
    if (pattern[index] === '*') {
      star = index
      resume = position
      index += 1
    } else if (index < pattern.length && (pattern[index] === '?' || pattern[index] === text[position])) {
      index += 1
      position += 1
    } else if (star !== -1) {
      index = star + 1
      resume += 1
      position = resume
    } else {
      return false
    }
  }
  while (pattern[index] === '*') index += 1
  return index === pattern.length
}
