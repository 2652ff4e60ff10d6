import { defineConfig, type UserConfig } from 'tsdown'

const common: UserConfig = { format: 'esm', platform: 'neutral', target: 'es2022', dts: true, fixedExtension: false }

// Apart, so that the linter reads one file and nothing that only the audit asks for.
export default defineConfig([
  { ...common, entry: { index: 'src/index.ts' }, clean: true },
  // no tree is a part of its types: what it imports of the parser's is not to be looked into
  {
    ...common,
    entry: { analysis: 'src/file-analysis.ts' },
    clean: false,
    deps: { neverBundle: [/^@typescript-eslint\//] },
  },
])
