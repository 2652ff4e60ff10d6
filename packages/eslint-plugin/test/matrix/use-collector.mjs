// Module hooks: the rule tests hand their cases to the collector instead of running them.
const collector = new URL('case-collector.mjs', import.meta.url).href

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  return specifier.endsWith('/rule-tester.ts')
    ? { url: collector, format: 'module', shortCircuit: true }
    : nextResolve(specifier, context)
}
