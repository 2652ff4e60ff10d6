// @ts-check
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import eslintPlugin from 'eslint-plugin-eslint-plugin'
import nodePlugin from 'eslint-plugin-n'
import tseslint from 'typescript-eslint'
import { layers, pureLayers } from './scripts/layers.mjs'

// Our own plugin is linted with itself; before the first build there is none.
const ownPlugin = new URL('packages/eslint-plugin/dist/index.js', import.meta.url)
const childProcess = existsSync(ownPlugin) ? (await import(ownPlugin.href)).default : undefined

const directionOfImports = Object.entries(layers).flatMap(([folder, rooms]) =>
  Object.entries(rooms).map(([room, allowed]) => {
    const isFile = room.endsWith('.ts')
    const forbidden = Object.keys(rooms).filter((other) => other !== room && !allowed.includes(other))
    const pure = /** @type {Record<string, string[]>} */ (pureLayers)[folder]?.includes(room)
    return {
      name: `layers/${folder}/${room}`,
      files: [isFile ? `${folder}/src/${room}` : `${folder}/src/${room}/**/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              ...(forbidden.length > 0
                ? [
                    {
                      regex: `^\\.{1,2}/(?:\\.\\./)*(?:${forbidden.map((name) => name.replace('.', '\\.')).join('|')})(?:/|$)`,
                      message: `src/${room} may import only ${allowed.map((name) => `src/${name}`).join(', ') || 'itself'} (see scripts/layers.mjs).`,
                    },
                  ]
                : []),
              ...(pure
                ? [{ regex: '^node:', message: `src/${room} computes only: no I/O (see scripts/layers.mjs).` }]
                : []),
              {
                regex:
                  folder === 'packages/audit'
                    ? '^(?:eslint-plugin-child-process(?:$|/(?!analysis$))|runtime-guard(?:/|$))'
                    : '^(?:eslint-plugin-child-process|runtime-guard|child-process-audit)(?:/|$)',
                message: 'The packages never import each other; the audit takes the analysis of the plugin.',
              },
            ],
          },
        ],
      },
    }
  }),
)

export default defineConfig([
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    '**/.work/',
    'test/fixtures/',
    'test/demo/',
    'packages/docs/{.cache,.pages,.vitepress/.temp,patterns}/',
    'packages/audit/test/projects/',
    'packages/eslint-plugin/test/{bad-input/circular,projects,typed/project}/',
    'bench/results/',
  ]),
  { name: 'repository/options', linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    name: 'repository/typescript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            'vitest.config.ts',
            'packages/{audit,eslint-plugin,runtime-guard}/vitest.config.ts',
            '*/*/tsdown.config.ts',
          ],
        },
        tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)),
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // `noUncheckedIndexedAccess` asks for it in every loop over an index.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // `noPropertyAccessFromIndexSignature` is the stricter taste: a name that nobody declared stays in brackets.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    name: 'repository/syntax-trees',
    files: ['packages/eslint-plugin/**/*.ts'],
    // node types are compared with their names: the enum is a type here, and would be a run-time dependency as a value
    rules: { '@typescript-eslint/no-unsafe-enum-comparison': 'off' },
  },
  {
    name: 'repository/trees',
    files: ['packages/eslint-plugin/src/{ast,flow}/**/*.ts'],
    rules: {
      // Trees come from parsers of many kinds and versions: what the types promise may be missing.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A switch over node types names those that matter.
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
  {
    name: 'repository/tests',
    files: ['**/test/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/no-unnecessary-type-assertion': 'off' },
  },
  {
    name: 'repository/scripts',
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [nodePlugin.configs['flat/recommended']],
    rules: { 'n/no-process-exit': 'off', 'n/no-unpublished-import': 'off', 'n/no-extraneous-import': 'off' },
  },
  {
    name: 'repository/rules',
    files: ['packages/eslint-plugin/src/rules/**/*.ts'],
    extends: [eslintPlugin.configs['recommended']],
    rules: {
      'eslint-plugin/require-meta-docs-description': 'error',
      'eslint-plugin/require-meta-schema-description': 'error',
      'eslint-plugin/require-meta-default-options': 'error',
    },
  },
  ...directionOfImports,
  ...(childProcess === undefined
    ? []
    : [
        {
          name: 'repository/own-plugin',
          files: ['**/*.{ts,mjs,cjs}'],
          extends: [childProcess.configs.recommended],
        },
      ]),
])
