import { ts } from 'ts-morph'
import type { SourceProject } from '../project/SourceProject.ts'
import type { FunctionBody } from './findCalls.ts'
import type { Place } from './Place.ts'

/** Can code that uses the package call the function? */
export function isPublicFunction(callee: FunctionBody, { manifest }: SourceProject): boolean {
  return manifest.isLibrary && isReachable(callee)
}

/** Can code that uses the package read the place? */
export function isPublicPlace({ declarations, name }: Place, { manifest }: SourceProject): boolean {
  if (!manifest.isLibrary || /^[#_]/.test(name)) return false
  return declarations.size === 0 || [...declarations].some(isReachable)
}

/** Exported, or a member of something exported that is not kept private. */
function isReachable(declaration: ts.Node): boolean {
  let at = declaration
  while (!ts.isSourceFile(at)) {
    if (ts.canHaveModifiers(at)) {
      const kinds = ts.getModifiers(at)?.map(({ kind }) => kind) ?? []
      if (kinds.includes(ts.SyntaxKind.PrivateKeyword)) return false
      if (kinds.includes(ts.SyntaxKind.ExportKeyword)) return true
    }
    const { name } = at as { name?: ts.Node }
    if (name && ts.isPrivateIdentifier(name)) return false
    // what a function declares inside is its own, but what it writes to `this` is not
    if (at !== declaration && ts.isFunctionLike(at) && !ts.isConstructorDeclaration(at) && !writesThis(declaration))
      return false
    at = at.parent
  }
  return isExportedIn(declaration, at)
}

/** Is it `this.child = …`, by which JavaScript declares a field? */
export function writesThis(declaration: ts.Node): boolean {
  const target = ts.isBinaryExpression(declaration) ? declaration.left : declaration
  return (
    (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) &&
    target.expression.kind === ts.SyntaxKind.ThisKeyword
  )
}

/** `export { Server }`, `export default Server`, `module.exports = Server`, `exports.start = …`. */
function isExportedIn(declaration: ts.Node, file: ts.SourceFile): boolean {
  let name: string | undefined
  for (let at: ts.Node = declaration; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isBinaryExpression(at) && /^(?:module\.)?exports\b/.test(at.left.getText(file))) return true
    if (ts.isExportAssignment(at)) return true
    const own = (at as { name?: ts.Node }).name
    if (own && ts.isIdentifier(own)) name = own.text
  }
  return (
    name !== undefined &&
    new RegExp(String.raw`\bexports\b[^;\n]*\b${name}\b|\bexport\s*(?:default\s+${name}\b|\{[^}]*\b${name}\b)`).test(
      file.text,
    )
  )
}
