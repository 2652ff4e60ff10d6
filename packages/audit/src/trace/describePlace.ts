import { ts } from 'ts-morph'
import type { FunctionBody } from './findCalls.ts'
import type { Place } from './Place.ts'
import { writesThis } from './publicSurface.ts'

/** `Server.child` for a field, `state.child` for a property, the name of a variable. */
export function describePlace({ declarations, isProperty, name }: Place, written: ts.Node): string {
  const [declaration] = declarations
  const owner = declaration && isProperty ? findOwnerName(declaration) : undefined
  if (owner !== undefined) return `${owner}.${name}`
  const text = written.getText()
  return isProperty && /^(?!this\b)[\w$.]+$/.test(text) ? text : name
}

/** `stop()`, `Server.stop()`, `new Server()`. */
export function describeFunction(callee: FunctionBody): string {
  if (ts.isConstructorDeclaration(callee)) return `new ${callee.parent.name?.text ?? 'class'}()`
  const { parent } = callee
  const named = 'name' in parent ? (parent.name as ts.Node | undefined) : undefined
  const isAssigned = ts.isBinaryExpression(parent) && parent.right === callee
  const given = callee.name ?? (isAssigned ? parent.left : named)
  const name = given ? given.getText() : 'function'
  const owner = findOwnerName(callee)
  return `${owner === undefined ? name : `${owner}.${name}`}()`
}

function findOwnerName(declaration: ts.Node): string | undefined {
  let { parent } = declaration
  if (ts.isParameter(declaration)) parent = parent.parent
  if (ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent)) return parent.name?.text
  if (!writesThis(declaration)) return undefined
  return ts.findAncestor(declaration, ts.isClassLike)?.name?.text
}
