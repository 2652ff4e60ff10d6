/**
 * Changes what of a Markdown text is not inside a fenced block.
 * @param {string} markdown
 * @param {(text: string) => string} change gets runs of whole lines
 */
export function mapOutsideFences(markdown, change) {
  /** @type {string[]} */
  const parts = []
  /** @type {string[]} */
  let lines = []
  let fence = ''
  const close = () => {
    const text = lines.join('\n')
    parts.push(fence === '' ? change(text) : text)
    lines = []
  }
  for (const line of markdown.split('\n')) {
    const [, mark = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? []
    if (fence === '' && mark !== '') {
      if (lines.length > 0) close()
      fence = mark
      lines.push(line)
    } else if (fence !== '' && mark.startsWith(fence) && line.trim() === mark) {
      lines.push(line)
      close()
      fence = ''
    } else {
      lines.push(line)
    }
  }
  if (lines.length > 0) close()
  return parts.join('\n')
}

/**
 * Vue compiles the pages: what looks like a tag or an interpolation in the prose of a repository file is meant as text.
 * @param {string} markdown
 */
export function escapeMarkup(markdown) {
  return mapOutsideFences(markdown, (text) =>
    text.replaceAll(/`[^`\n]*`|<!--[^]*?-->|<(?=[a-z/])|\{\{/gi, (found) =>
      found === '<' ? '&lt;' : found === '{{' ? '&#123;&#123;' : found,
    ),
  )
}

/**
 * Links names in backticks (of rules, of findings) to their pages; not in headings, and not what is a link already.
 * @param {string} markdown
 * @param {(name: string) => string | undefined} addressOf
 */
export function linkNames(markdown, addressOf) {
  return mapOutsideFences(markdown, (text) =>
    text
      .split('\n')
      .map((line) =>
        line.startsWith('#')
          ? line
          : line.replaceAll(/\[[^\]]*\]\([^)]*\)|`([^`]+)`/g, (found, /** @type {string | undefined} */ name) => {
              const address = name === undefined ? undefined : addressOf(name)
              return address === undefined ? found : `[${found}](${address})`
            }),
      )
      .join('\n'),
  )
}
