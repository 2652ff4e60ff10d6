import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ESLint, Linter } from 'eslint'
import type { Consumer } from './Consumer.ts'

/** Names of the plugin's shared configs. */
export type ConfigName = 'recommended' | 'strict' | 'all'

/**
 * A flat config as a user writes it, importing the installed packages.
 * @param rest further config objects, as source text
 */
export function eslintConfigSource(config: ConfigName, rest = ''): string {
  return `import childProcess from 'eslint-plugin-child-process'
import parser from '@typescript-eslint/parser'
import { defineConfig } from 'eslint/config'

export default defineConfig([
  { files: ['**/*.ts'], languageOptions: { parser } },
  { files: ['**/*.{js,mjs,cjs,ts}'], plugins: { 'child-process': childProcess }, extends: ['child-process/${config}'] },
  ${rest}
])
`
}

/** The installed ESLint, with a config of this text. */
export function createLinter(consumer: Consumer, name: string, source: string): ESLint {
  const configFile = path.join(consumer.scratch, `${name}.config.mjs`)
  writeFileSync(configFile, source)
  const { ESLint: Installed } = createRequire(path.join(consumer.root, 'package.json'))('eslint') as {
    ESLint: typeof ESLint
  }
  return new Installed({ cwd: consumer.root, overrideConfigFile: configFile })
}

/** Messages of one file. */
export async function lintFile(linter: ESLint, file: string): Promise<Linter.LintMessage[]> {
  const [result] = await linter.lintFiles([file])
  if (result === undefined) throw new Error(`ESLint did not look at ${file}.`)
  return result.messages
}
