import { defineConfig } from 'tsdown'

// The analysis of the plugin becomes a part of the audit: an installed plugin may be of another version, and asks for ESLint.
export default defineConfig({
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: true,
  clean: true,
  fixedExtension: false,
})
