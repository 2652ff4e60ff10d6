import { defineConfig } from 'tsdown'

// What every start of a process calls. V8 parses a function twice, once to skip it and again at its first call, unless
// it stands in parentheses: half a millisecond in all on Node 24, a fifth of what the preload takes.
const calledAtStart = [
  ...['getNatives', 'takeNatives', 'findGuard', 'shareGuard', 'parseStat', 'readStat'],
  ...['runsDirectory', 'ownDirectory', 'runIdOf', 'absoluteNodeOptions', 'quote', 'setOwnFiles'],
  ...['hookExit', 'watchStarts', 'watchSyncCalls', 'arm', 'findRun', 'setEnvironment'],
]

function compileEagerly(code: string): string {
  return calledAtStart.reduce((text, name) => {
    const declaration = new RegExp(`^function ${name}\\([^]*?^}$`, 'm')
    if (!declaration.test(text)) throw new Error(`The preload has no function ${name} any more.`)
    return text.replace(declaration, (whole) => `const ${name} = (${whole});`)
  }, code)
}

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
    plugins: [
      {
        name: 'compile-eagerly',
        renderChunk: (code, { fileName }) => (fileName.endsWith('.cjs') ? compileEagerly(code) : null),
      },
    ],
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
    entry: { judge: 'src/verdict/judgement.ts' },
    format: 'cjs',
    target: 'node20',
    platform: 'node',
    dts: false,
    clean: false,
  },
  {
    entry: { handles: 'src/handles/watchHandles.ts' },
    format: 'cjs',
    target: 'node20',
    platform: 'node',
    dts: false,
    clean: false,
  },
  {
    entry: {
      api: 'src/index.ts',
      cli: 'src/cli/main.ts',
      vitest: 'src/adapters/vitest.ts',
      jest: 'src/adapters/jest.ts',
      mocha: 'src/adapters/mocha.ts',
      'node-test': 'src/adapters/node-test.ts',
      playwright: 'src/adapters/playwright.ts',
    },
    deps: { neverBundle: ['vitest'] },
    format: 'esm',
    target: 'node20',
    platform: 'node',
    dts: true,
    clean: false,
    fixedExtension: false,
  },
])
