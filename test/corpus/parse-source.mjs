/** One way to read any file of the corpus: the first parser and source type that accept it. */
import { parser as typescriptParser } from 'typescript-eslint'

/** @typedef {'module' | 'commonjs' | 'script'} SourceType */
/** @typedef {{ parser: 'espree' | 'typescript', sourceType: SourceType, jsx: boolean }} ParserChoice */

const TYPESCRIPT = /\.(?:[cm]?ts|tsx)$/

/**
 * The order in which to try parsers for a file, likeliest first.
 * @param {string} path
 * @param {string} text
 * @returns {ParserChoice[]}
 */
export function listParserChoices(path, text) {
  const jsx = !/\.[cm]?ts$/.test(path)
  if (TYPESCRIPT.test(path)) return [{ parser: 'typescript', sourceType: 'module', jsx }]
  const isModule = !path.endsWith('.cjs') && (path.endsWith('.mjs') || /^\s*(?:import\b(?!\s*\()|export\b)/m.test(text))
  /** @type {SourceType[]} */
  const order = isModule ? ['module', 'commonjs', 'script'] : ['commonjs', 'module', 'script']
  // Flow annotations and the like: the TypeScript parser reads many of them.
  return [
    ...order.map((sourceType) => /** @type {const} */ ({ parser: 'espree', sourceType, jsx: true })),
    { parser: 'typescript', sourceType: 'module', jsx: true },
  ]
}

/**
 * @param {ParserChoice} choice
 * @returns {import('eslint').Linter.LanguageOptions}
 */
export function toLanguageOptions({ parser, sourceType, jsx }) {
  return {
    ecmaVersion: 'latest',
    sourceType,
    // Without the key ESLint takes its own espree.
    ...(parser === 'typescript' ? { parser: typescriptParser } : {}),
    parserOptions: { ecmaFeatures: { jsx } },
  }
}
