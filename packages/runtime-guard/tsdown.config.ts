import { defineConfig } from 'tsdown'

export default defineConfig([
  // NODE_OPTIONS brings the preload to any Node, whose parser must take it to say that it is too old.
  {
    entry: { register: 'src/register.ts' },
    format: 'cjs',
    target: 'es2015',
    platform: 'node',
    minify: true,
    dts: true,
    clean: true,
  },
  // What a program without children does not pay for: see src/register.ts.
  {
    entry: { observe: 'src/observe/observeThread.ts' },
    format: 'cjs',
    target: 'node20',
    platform: 'node',
    dts: false,
    clean: false,
  },
  {
    entry: { judge: 'src/verdict/judgeAtExit.ts' },
    format: 'cjs',
    target: 'node20',
    platform: 'node',
    dts: false,
    clean: false,
  },
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
