import { ts } from 'ts-morph'
import { climbWrappers } from '../project/findNode.ts'
import type { SourceProject } from '../project/SourceProject.ts'
import type { FunctionBody } from '../trace/findCalls.ts'
import { getModuleSymbol, resolveAlias } from '../trace/listDeclarations.ts'

/** The name that other files import a function by: `default` for the default export, or what `module.exports` is. */
export function findExportName(callee: FunctionBody, { checker }: SourceProject): string | undefined {
  const file = callee.getSourceFile()
  const module = getModuleSymbol(file, checker)
  if (!module) return undefined
  const holder = climbWrappers(callee).parent
  const isOwn = (node: ts.Node): boolean =>
    node === callee || node === holder || (ts.isBinaryExpression(holder) && node === holder.left)
  const names = checker
    .getExportsOfModule(module)
    .filter((symbol) => isExportOf(symbol, isOwn, callee, checker))
    .map(({ name }) => name)
  const whole = module.exports?.get(ts.InternalSymbolName.ExportEquals)
  if (names.length === 0 && whole && isExportOf(whole, isOwn, callee, checker)) return 'default'
  return names.find((name) => name !== 'default') ?? names[0]
}

function isExportOf(
  symbol: ts.Symbol,
  isOwn: (node: ts.Node) => boolean,
  callee: FunctionBody,
  checker: ts.TypeChecker,
): boolean {
  const resolved = resolveAlias(symbol, checker)
  if (resolved.declarations?.some(isOwn)) return true
  // `exports.run = run`, `{ run }`
  return checker
    .getTypeOfSymbol(resolved)
    .getCallSignatures()
    .some(({ declaration }) => declaration === callee)
}
