// The direction of imports inside the packages, as data: `eslint.config.mjs` enforces it, ARCHITECTURE.md explains it.

/**
 * A layer is a folder (or a file) of a package's `src`; it may import itself and the layers it names.
 * @type {Record<string, Record<string, string[]>>}
 */
export const layers = {
  'packages/eslint-plugin': {
    'index.ts': ['configs', 'rules'],
    'file-analysis.ts': ['analysis', 'project', 'ast'],
    'inspection.ts': ['index.ts', 'analysis', 'flow', 'ast'],
    configs: ['rules'],
    rules: ['fix', 'analysis', 'flow', 'ast'],
    fix: ['ast'],
    analysis: ['flow', 'project', 'ast'],
    flow: ['ast'],
    project: ['ast'],
    ast: [],
  },
  'packages/runtime-guard': {
    'register.ts': ['enforce', 'observe', 'ledger', 'journal', 'verdict', 'config'],
    'index.ts': ['api', 'report'],
    adapters: ['api', 'journal', 'config', 'verdict', 'report', 'ledger'],
    api: ['kill', 'journal', 'ledger', 'probe', 'report'],
    cli: ['verdict', 'kill', 'output', 'policy', 'report', 'config', 'findings', 'journal', 'ledger', 'probe'],
    verdict: ['enforce', 'kill', 'probe', 'findings', 'journal', 'ledger', 'output', 'report', 'config'],
    observe: ['ledger', 'journal'],
    enforce: ['kill', 'probe', 'journal', 'ledger', 'output', 'report', 'config'],
    kill: ['probe', 'findings', 'journal', 'ledger', 'report', 'config'],
    journal: ['ledger'],
    probe: ['journal'],
    findings: ['ledger', 'report'],
    output: ['policy', 'report', 'config', 'journal'],
    policy: ['report'],
    report: ['ledger'],
    ledger: [],
    config: [],
  },
  'packages/audit': {
    'index.ts': ['audit', 'project', 'report'],
    cli: ['audit', 'project', 'settings', 'report'],
    audit: ['trace', 'settings', 'project', 'report'],
    settings: ['trace', 'project'],
    trace: ['project'],
    project: [],
    report: [],
  },
}

/** Layers that compute only: no I/O, no clock, no pid of their own. */
export const pureLayers = {
  'packages/eslint-plugin': [
    'rules',
    'fix',
    'analysis',
    'flow',
    'project',
    'ast',
    'configs',
    'index.ts',
    'file-analysis.ts',
    'inspection.ts',
  ],
  'packages/runtime-guard': ['ledger', 'findings', 'report'],
  'packages/audit': ['report'],
}
