import { describe, expect, it } from 'vitest'
import type { FileHost } from '../../src/project/file-host.ts'
import { resolveModule } from '../../src/project/module-path.ts'
import { ProjectFiles } from '../../src/project/project-files.ts'

/** A file system that holds these texts. */
function holdFiles(texts: Readonly<Record<string, string>>): FileHost {
  return {
    stat: (path) => (texts[path] === undefined ? undefined : { mtimeMs: 0, size: texts[path].length }),
    read: (path) => texts[path],
  }
}

function resolve(
  specifier: string,
  from: string,
  texts: Readonly<Record<string, object | string>>,
): string | undefined {
  const written = Object.entries(texts).map(([path, text]) => [
    path,
    typeof text === 'string' ? text : JSON.stringify(text),
  ])
  const files = Object.fromEntries(written) as Record<string, string>
  return resolveModule(specifier, from, new ProjectFiles(holdFiles(files)))
}

describe('a relative path', () => {
  it.each([
    ['with its extension', './x.js', '/p/a.js', ['/p/x.js'], '/p/x.js'],
    ['in another folder', '../lib/x.mjs', '/p/src/a.js', ['/p/lib/x.mjs'], '/p/lib/x.mjs'],
    ['of the source of its output', './x.js', '/p/a.ts', ['/p/x.ts', '/p/x.js'], '/p/x.ts'],
    ['of such a source in JSX', './x.js', '/p/a.ts', ['/p/x.tsx'], '/p/x.tsx'],
    ['of such a source by kind of module', './x.mjs', '/p/a.mts', ['/p/x.mts'], '/p/x.mts'],
    ['without an extension, from JavaScript', './x', '/p/a.js', ['/p/x.ts', '/p/x.js'], '/p/x.js'],
    ['without an extension, from TypeScript', './x', '/p/a.ts', ['/p/x.js', '/p/x.ts'], '/p/x.ts'],
    ['with another dot', './x.config', '/p/a.ts', ['/p/x.config.ts'], '/p/x.config.ts'],
    ['of a folder', './lib', '/p/a.js', ['/p/lib/index.js'], '/p/lib/index.js'],
    ['of the own folder', '.', '/p/a.js', ['/p/index.js'], '/p/index.js'],
    ['of the folder above', '..', '/p/src/a.js', ['/p/index.js'], '/p/index.js'],
    ['on Windows', './x.js', 'C:\\p\\a.js', ['C:/p/x.js'], 'C:/p/x.js'],
    ['of data', './x.json', '/p/a.js', ['/p/x.json'], undefined],
    ['of nothing', './x.js', '/p/a.js', [], undefined],
  ])('%s', (_, specifier, from, paths, expected) => {
    expect(resolve(specifier, from, Object.fromEntries(paths.map((path) => [path, ''])))).toBe(expected)
  })
})

describe('a name in package.json', () => {
  const sources = { '/p/src/x.js': '', '/p/src/y/z.js': '', '/p/lib/x.ts': '' }
  const resolveIn = (specifier: string, manifest: object, from = '/p/src/a.js'): string | undefined =>
    resolve(specifier, from, { ...sources, '/p/package.json': manifest })

  it.each([
    ['by name', '#x', { '#x': './src/x.js' }, '/p/src/x.js'],
    [
      'by the first condition that leads to a file',
      '#x',
      { '#x': { types: './t.d.ts', import: './gone.js', default: './src/x.js' } },
      '/p/src/x.js',
    ],
    ['by an inner condition', '#x', { '#x': { node: { require: './src/x.js' } } }, '/p/src/x.js'],
    ['by the first of a list', '#x', { '#x': ['./gone.js', './src/x.js'] }, '/p/src/x.js'],
    ['by pattern', '#src/*', { '#src/*': './src/*.js' }, '/p/src/*.js'],
    ['by the longest pattern', '#a/y/z', { '#a/*': './gone/*.js', '#a/y/*': './src/y/*.js' }, '/p/src/y/z.js'],
    ['not of another package', '#x', { '#x': 'other' }, undefined],
    ['not a private one', '#a/x', { '#a/*': './src/*.js', '#a/x': null }, undefined],
    ['not without imports', '#x', undefined, undefined],
  ])('imports: %s', (_, specifier, imports, expected) => {
    expect(resolveIn(specifier.replace('src/*', 'src/x'), { imports })).toBe(expected?.replace('*', 'x'))
  })

  it.each([
    ['as one path', 'me', './src/x.js', '/p/src/x.js'],
    ['as conditions', 'me', { import: './src/x.js' }, '/p/src/x.js'],
    ['by subpath', 'me/x', { './*': './src/*.js' }, '/p/src/x.js'],
    ['by the source of its output', 'me/x', { './x': './lib/x.js' }, '/p/lib/x.ts'],
    ['not another package', 'meet', './src/x.js', undefined],
    ['not below a single path', 'me/x', './src/x.js', undefined],
  ])('exports of the package itself: %s', (_, specifier, exports, expected) => {
    expect(resolveIn(specifier, { name: 'me', exports })).toBe(expected)
  })

  it('means the nearest one', () => {
    const inner = { '/p/src/package.json': { imports: { '#x': './x.js' } } }
    expect(
      resolve('#x', '/p/src/a.js', { ...sources, ...inner, '/p/package.json': { imports: { '#x': './lib/x.ts' } } }),
    ).toBe('/p/src/x.js')
  })
})

describe('a name in tsconfig.json', () => {
  const sources = { '/p/src/x.ts': '', '/p/lib/x.ts': '', '/p/lib/deep/x.ts': '' }
  it.each([
    ['by name', 'x', { paths: { x: ['./lib/x'] } }, '/p/lib/x.ts'],
    ['by pattern', '@/x', { paths: { '@/*': ['./src/*'] } }, '/p/src/x.ts'],
    [
      'by the longest pattern',
      '@/deep/x.js',
      { paths: { '@/*': ['./src/*'], '@/deep/*': ['./lib/deep/*'] } },
      '/p/lib/deep/x.ts',
    ],
    ['by the next target', '@/x', { paths: { '@/*': ['./gone/*', './lib/*'] } }, '/p/lib/x.ts'],
    ['below the base', 'lib/x', { baseUrl: '.' }, '/p/lib/x.ts'],
    ['by pattern below the base', '@/x', { baseUrl: './lib', paths: { '@/*': ['deep/*'] } }, '/p/lib/deep/x.ts'],
    ['by the folder of the configuration', '@/x', { paths: { '@/*': ['${configDir}/src/*'] } }, '/p/src/x.ts'],
    ['not another name', 'y', { paths: { x: ['./lib/x'] } }, undefined],
    ['not by nonsense', '@/x', { paths: { '@/*': './src/*' }, baseUrl: 3 }, undefined],
  ])('%s', (_, specifier, compilerOptions, expected) => {
    expect(resolve(specifier, '/p/src/a.ts', { ...sources, '/p/tsconfig.json': { compilerOptions } })).toBe(expected)
  })

  it.each([
    ['a file', { extends: './base.json' }, { '/p/base.json': { compilerOptions: { paths: { x: ['./lib/x'] } } } }],
    [
      'a file without its extension',
      { extends: './base' },
      { '/p/base.json': { compilerOptions: { paths: { x: ['./lib/x'] } } } },
    ],
    [
      'the last of several',
      { extends: ['./a.json', './b.json'] },
      {
        '/p/a.json': { compilerOptions: { paths: { x: ['./src/x'] } } },
        '/p/b.json': { compilerOptions: { paths: { x: ['./lib/x'] } } },
      },
    ],
    [
      'a package, as seen from itself',
      { extends: '@base/tsconfig' },
      { '/p/node_modules/@base/tsconfig/tsconfig.json': { compilerOptions: { paths: { x: ['../../../lib/x'] } } } },
    ],
    [
      'a package that points back',
      { extends: '@base/tsconfig' },
      { '/p/node_modules/@base/tsconfig/tsconfig.json': { compilerOptions: { paths: { x: ['${configDir}/lib/x'] } } } },
    ],
    [
      'nothing, but holds others together',
      { files: [], references: [{ path: './tsconfig.app.json' }] },
      { '/p/tsconfig.app.json': { compilerOptions: { paths: { x: ['./lib/x'] } } } },
    ],
  ])('that extends %s', (_, config, others) => {
    expect(resolve('x', '/p/src/a.ts', { ...sources, ...others, '/p/tsconfig.json': config })).toBe('/p/lib/x.ts')
  })

  it('that extends itself, or is not there, or no JSON, leads nowhere', () => {
    expect(
      resolve('x', '/p/a.ts', { '/p/x.ts': '', '/p/tsconfig.json': { extends: './tsconfig.json' } }),
    ).toBeUndefined()
    expect(resolve('x', '/p/a.ts', { '/p/x.ts': '', '/p/tsconfig.json': { extends: 'gone' } })).toBeUndefined()
    expect(resolve('x', '/p/a.ts', { '/p/x.ts': '', '/p/tsconfig.json': '{ "compilerOptions": ' })).toBeUndefined()
  })

  it('may have comments and trailing commas', () => {
    const text = '\uFEFF{ /* a */ "compilerOptions": { // b\n "paths": { "x": ["./lib//x",], "y": ["/*", "*/"], }, }, }'
    expect(resolve('x', '/p/a.ts', { ...sources, '/p/tsconfig.json': text })).toBe('/p/lib/x.ts')
  })
})
