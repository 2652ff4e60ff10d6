import { ts } from 'ts-morph'

/** The declarations that a symbol stands for, through imports and re-exports. */
export function listDeclarations(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): readonly ts.Node[] {
  return (symbol && resolveAlias(symbol, checker).declarations) ?? []
}

export function resolveAlias(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** What a file exports; the checker gives it for ES modules alone. */
export function getModuleSymbol(file: ts.SourceFile, checker: ts.TypeChecker): ts.Symbol | undefined {
  return checker.getSymbolAtLocation(file) ?? (file as { symbol?: ts.Symbol }).symbol
}
