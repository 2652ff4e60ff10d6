import { defineConfig, type UserConfig } from 'tsdown'

const common: UserConfig = { format: 'esm', platform: 'neutral', target: 'es2022', dts: true, fixedExtension: false }

/** Types that come with the parser's trees, which are not to be looked into. */
const tool = (entry: Record<string, string>): UserConfig => ({
  ...common,
  entry,
  clean: false,
  deps: { neverBundle: [/^@typescript-eslint\//] },
})

// Apart, so that the linter reads one file and nothing that only tools ask for.
export default defineConfig([
  { ...common, entry: { index: 'src/index.ts' }, clean: true },
  tool({ analysis: 'src/file-analysis.ts' }),
  tool({ inspection: 'src/inspection.ts' }),
])
