import { ts } from 'ts-morph'
import { skipWrappers } from '../project/findNode.ts'
import { resolveAlias } from './listDeclarations.ts'

/** Is it a member of a global, or of what comes from another package: `process.kill`, `cp.fork`? Then it is nothing of the project's. */
export function isForeign(name: ts.Node, checker: ts.TypeChecker): boolean {
  const { parent } = name
  if (!ts.isPropertyAccessExpression(parent) && !ts.isElementAccessExpression(parent)) return false
  const object = skipWrappers(parent.expression)
  if (!ts.isIdentifier(object)) return false
  const symbol = checker.getSymbolAtLocation(object)
  if (!symbol) return true
  if (symbol.flags & ts.SymbolFlags.Alias) return (resolveAlias(symbol, checker).declarations ?? []).length === 0
  const [declaration] = symbol.declarations ?? []
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isRequire(declaration.initializer)
  )
}

/** Of a file of the project it would be an alias. */
function isRequire(node: ts.Expression): boolean {
  const at = skipWrappers(node)
  return ts.isCallExpression(at) && ts.isIdentifier(at.expression) && at.expression.text === 'require'
}
