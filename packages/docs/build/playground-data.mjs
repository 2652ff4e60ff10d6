import childProcess from 'eslint-plugin-child-process'
import { readRules } from './catalog.mjs'
import { readRepositoryFile } from './repository.mjs'

/**
 * The defective example of a rule's page.
 * @param {string} rule
 */
function readExample(rule) {
  const page = readRepositoryFile(`packages/eslint-plugin/docs/rules/${rule}.md`)
  const [, language = '', code = ''] = /^```(js|ts) incorrect\n([^]*?)^```$/m.exec(page) ?? []
  if (code === '') throw new Error(`The page of ${rule} shows no incorrect example.`)
  return { rule, language, code }
}

/** What the playground shows before anything is typed: rules, configurations, examples. */
export function readPlaygroundData() {
  const rules = readRules()
  return {
    rules: rules.map(({ description, name, recommended, strict }) => ({
      name,
      description,
      tiers: [...(recommended === '' ? [] : ['recommended']), ...(strict === '' ? [] : ['strict'])],
    })),
    configs: Object.fromEntries(Object.entries(childProcess.configs).map(([name, config]) => [name, config.rules])),
    examples: rules.map(({ name }) => readExample(name)),
  }
}
