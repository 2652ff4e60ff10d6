import { defineConfig, type UserConfig } from 'tsdown'

const common: UserConfig = { format: 'esm', platform: 'neutral', target: 'es2022', dts: true, fixedExtension: false }

/** The types of trees come with the parser, and are not to be looked into. */
const tool: UserConfig = { ...common, clean: false, deps: { neverBundle: [/^@typescript-eslint\//] } }

// Apart, so that the linter reads one file and nothing that only tools ask for.
export default defineConfig([
  { ...common, entry: { index: 'src/index.ts' }, clean: true },
  { ...tool, entry: { analysis: 'src/file-analysis.ts' } },
  { ...tool, entry: { inspection: 'src/inspection.ts' } },
])
