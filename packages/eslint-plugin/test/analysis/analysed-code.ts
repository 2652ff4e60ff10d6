import { parse } from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import { linkParents } from '../../src/ast/child-nodes.ts'
import { createTreeBindings } from '../../src/ast/tree-bindings.ts'
import { type ChildProcessSettings, NO_SETTINGS } from '../../src/analysis/child-process-settings.ts'
import { createLifecycleModel, type LifecycleModel } from '../../src/analysis/lifecycle-model.ts'
import { createOriginResolver } from '../../src/analysis/module-origin.ts'
import { NO_IMPORTS } from '../../src/analysis/source-unit.ts'
import type { SpawnSite } from '../../src/analysis/spawn-site.ts'

interface Setting {
  readonly settings?: Partial<ChildProcessSettings>
  readonly majors?: Readonly<Record<string, number>>
}

/** The model of a piece of TypeScript, without a linter around it. */
export function analyse(text: string, { majors = {}, settings = {} }: Setting = {}): LifecycleModel {
  const program = parse(text, { range: true, loc: true, sourceType: 'module' }) as TSESTree.Program
  linkParents(program)
  const bindings = createTreeBindings(program)
  return createLifecycleModel({
    program,
    text,
    filename: '/project/src/file.ts',
    cwd: '/project',
    visitorKeys: undefined,
    bindings,
    resolveOrigin: createOriginResolver(bindings),
    settings: { ...NO_SETTINGS, ...settings },
    getMajor: (name) => majors[name],
    imported: NO_IMPORTS,
  })
}

/** The only site of a piece of code. */
export function analyseSite(text: string, setting?: Setting): { model: LifecycleModel; site: SpawnSite } {
  const model = analyse(text, setting)
  const [site, ...others] = model.sites
  if (!site || others.length > 0) throw new Error(`expected one site, found ${model.sites.length} in ${text}`)
  return { model, site }
}
