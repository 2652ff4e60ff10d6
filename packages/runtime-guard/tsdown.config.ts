import { defineConfig } from 'tsdown'

export default defineConfig([
  { entry: { register: 'src/register.ts' }, format: 'cjs', target: 'es2020', platform: 'node', dts: true, clean: true },
  {
    entry: { api: 'src/index.ts', cli: 'src/cli/main.ts' },
    format: 'esm',
    target: 'node20',
    platform: 'node',
    dts: true,
    clean: false,
    fixedExtension: false,
  },
])
