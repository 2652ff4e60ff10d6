import { parser } from 'typescript-eslint'

/**
 * @param {string} text
 * @param {string} path
 * @returns {[number, number][]} ranges of callees that are plain names, in source order; none if the text does not parse
 */
export function findCallees(text, path) {
  /** @type {any} */
  let ast
  try {
    ast = /** @type {any} */ (parser).parseForESLint(text, {
      range: true,
      sourceType: 'module',
      ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(path) },
    }).ast
  } catch {
    return []
  }
  /** @type {[number, number][]} */
  const ranges = []
  const pending = [ast]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name !== 'require')
      ranges.push(node.callee.range)
    for (const key of Object.keys(node)) {
      if (key === 'parent' || key === 'tokens' || key === 'comments') continue
      const value = node[key]
      if (Array.isArray(value)) pending.push(...value.filter((item) => item && typeof item.type === 'string'))
      else if (value && typeof value.type === 'string') pending.push(value)
    }
  }
  return ranges.sort((a, b) => a[0] - b[0])
}
