import { ts } from 'ts-morph'
import { climbWrappers } from '../project/findNode.ts'
import type { SourceProject } from '../project/SourceProject.ts'
import { isForeign } from './isForeign.ts'
import { listImportNames } from './importNames.ts'
import { listDeclarations } from './listDeclarations.ts'
import type { Place } from './Place.ts'
import { writesThis } from './publicSurface.ts'

/** An expression that gives the value of a place, or something around it. */
export interface Read {
  readonly node: ts.Expression
  /** Where in the expression the place lies; empty where it is the place itself. */
  readonly path: readonly string[]
  /** A pattern of a function's parameter takes the place out of an argument. */
  readonly parameter?: { readonly owner: ts.SignatureDeclaration; readonly index: number }
}

export interface Reads {
  readonly reads: readonly Read[]
  /** Places that are the same value by another name. */
  readonly aliases: readonly Place[]
  /** Mentions that take the value where it is not followed. */
  readonly unknown: readonly ts.Node[]
}

/** Every mention of a place in the project; a name whose meaning types do not tell is taken for it. */
export function findReads(place: Place, project: SourceProject): Reads {
  const reads: Read[] = []
  const aliases: Place[] = []
  const unknown: ts.Node[] = []
  for (const name of project.findNames(place.name)) collect(name)
  for (const name of listImportNames(project))
    if (name.text !== place.name && isDeclared(project.checker.getSymbolAtLocation(name), place, project)) {
      const file = name.getSourceFile()
      for (const mention of project.findNames(name.text)) if (mention.getSourceFile() === file) collect(mention)
    }
  return { reads, aliases, unknown }

  function collect(name: ts.Node): void {
    const { parent } = name
    if (
      (ts.isPropertyAccessExpression(parent) && parent.name === name) ||
      (ts.isElementAccessExpression(parent) && parent.argumentExpression === name)
    ) {
      const isOther = isForeign(name, project.checker)
      if (!isOther && isMeant(project.checker.getSymbolAtLocation(name), place, project)) addRead(parent)
    } else if (ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === name) {
      if (place.isProperty || ts.isObjectBindingPattern(parent.parent)) collectBinding(parent)
    } else if (ts.isShorthandPropertyAssignment(parent)) {
      const value = project.checker.getShorthandAssignmentValueSymbol(parent)
      if (!place.isProperty && isDeclared(value, place, project)) addRead(parent.name)
    } else if (ts.isExportSpecifier(parent)) {
      const symbol = project.checker.getExportSpecifierLocalTargetSymbol(parent)
      if (parent.name !== name && isDeclared(symbol, place, project)) aliases.push({ ...place, name: parent.name.text })
    } else if (isExpressionName(name) && isDeclared(project.checker.getSymbolAtLocation(name), place, project))
      addRead(name)
  }

  function addRead(node: ts.Expression): void {
    if (!isWritten(node)) reads.push({ node, path: [] })
  }

  /** `const { child } = server` */
  function collectBinding(element: ts.BindingElement): void {
    const { parent: pattern } = element
    if (!ts.isObjectBindingPattern(pattern)) return
    const property = project.checker.getTypeAtLocation(pattern).getProperty(place.name)
    if (!isMeant(property, place, project)) return
    const path: string[] = [place.name]
    let at: ts.Node = pattern.parent
    while (ts.isBindingElement(at)) {
      const key = at.propertyName ?? at.name
      if (!ts.isIdentifier(key) || !ts.isObjectBindingPattern(at.parent)) {
        unknown.push(element)
        return
      }
      path.unshift(key.text)
      at = at.parent.parent
    }
    if (ts.isVariableDeclaration(at) && at.initializer) reads.push({ node: at.initializer, path })
    else if (ts.isParameter(at))
      reads.push({
        node: element.name as ts.Expression,
        path,
        parameter: { owner: at.parent, index: at.parent.parameters.indexOf(at) },
      })
    else unknown.push(element)
  }
}

function isMeant(symbol: ts.Symbol | undefined, place: Place, project: SourceProject): boolean {
  const declarations = listDeclarations(symbol, project.checker)
  if (place.isProperty && (declarations.length === 0 || place.declarations.size === 0)) return true
  return declarations.some((own) => place.declarations.has(own) || (place.isProperty && isRelated(own, place, project)))
}

function isDeclared(symbol: ts.Symbol | undefined, place: Place, project: SourceProject): boolean {
  return listDeclarations(symbol, project.checker).some((own) => place.declarations.has(own))
}

/** A property of an interface that the class implements, of a base class, of an object type that fits. */
function isRelated(declaration: ts.Node, place: Place, { checker }: SourceProject): boolean {
  const owner = findOwner(declaration)
  if (!owner) return false
  for (const own of place.declarations) {
    const other = findOwner(own)
    if (other && other !== owner && areRelated(owner, other, checker)) return true
  }
  return false
}

/** Classes are related by inheritance alone, however alike they look. */
function areRelated(one: ts.Node, two: ts.Node, checker: ts.TypeChecker): boolean {
  const [first, second] = [checker.getTypeAtLocation(one), checker.getTypeAtLocation(two)]
  if (ts.isClassLike(one) && ts.isClassLike(two)) return inherits(first, second) || inherits(second, first)
  return checker.isTypeAssignableTo(first, second) || checker.isTypeAssignableTo(second, first)
}

function inherits(type: ts.Type, base: ts.Type): boolean {
  const bases = type.isClassOrInterface() ? (type.getBaseTypes() ?? []) : []
  return bases.some((own) => own.symbol === base.symbol || inherits(own, base))
}

export function findOwner(declaration: ts.Node): ts.Node | undefined {
  const { parent } = declaration
  if (writesThis(declaration)) return ts.findAncestor(declaration, ts.isClassLike)
  return ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent) || ts.isTypeLiteralNode(parent)
    ? parent
    : undefined
}

/** Only written: `x = value`, a declaration. */
function isWritten(node: ts.Expression): boolean {
  const at = climbWrappers(node)
  const { parent } = at
  if (ts.isBinaryExpression(parent) && parent.left === at)
    return (
      parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    )
  return ts.isDeleteExpression(parent)
}

function isExpressionName(name: ts.Node): name is ts.Identifier {
  if (!ts.isIdentifier(name)) return false
  const { parent } = name
  const isDeclaration =
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isClassLike(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isAccessor(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isBindingElement(parent) ||
      ts.isEnumMember(parent) ||
      ts.isEnumDeclaration(parent)) &&
    parent.name === name
  return (
    !isDeclaration &&
    !ts.isImportSpecifier(parent) &&
    !ts.isImportClause(parent) &&
    !ts.isNamespaceImport(parent) &&
    !ts.isImportEqualsDeclaration(parent) &&
    !ts.isTypeNode(parent) &&
    !ts.isQualifiedName(parent)
  )
}
