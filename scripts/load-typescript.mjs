// Lets Node 20 import the packages' TypeScript sources: `node --import ./scripts/load-typescript.mjs …`.
import { readFile } from 'node:fs/promises'
// eslint-disable-next-line n/no-unsupported-features/node-builtins -- experimental, and the only way on Node 20
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import ts from 'typescript'

// the hooks run in a thread of their own, which loads this file again
if (isMainThread) register(import.meta.url)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  })
  return { format: 'module', source: outputText, shortCircuit: true }
}
