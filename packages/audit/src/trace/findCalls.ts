import { ts } from 'ts-morph'
import { climbCallee, climbWrappers } from '../project/findNode.ts'
import type { SourceProject } from '../project/SourceProject.ts'
import { findOwner } from './findReads.ts'
import { isForeign } from './isForeign.ts'
import { listImportNames } from './importNames.ts'
import { listDeclarations } from './listDeclarations.ts'

/** A function with a body. */
export type FunctionBody = ts.FunctionLikeDeclaration

export interface Calls {
  readonly calls: readonly ts.Expression[]
  /** Mentions that hand the function itself to other code. */
  readonly given: readonly ts.Node[]
}

const known = new WeakMap<FunctionBody, Calls>()

/** Every call of a function in the project; of a getter, every read. */
export function findCalls(callee: FunctionBody, project: SourceProject): Calls {
  let calls = known.get(callee)
  if (!calls) known.set(callee, (calls = search(callee, project)))
  return calls
}

function search(callee: FunctionBody, project: SourceProject): Calls {
  const calls = new Set<ts.Expression>()
  const given = new Set<ts.Node>()
  const searched = new Set<string>()
  const first = findName(callee)
  if (first === undefined) {
    const at = climbWrappers(callee)
    if (ts.isCallExpression(at.parent) && at.parent.expression === at) calls.add(at.parent)
    else given.add(callee)
  } else searchName(first)
  for (const name of listImportNames(project)) if (leadsTo(name, callee, project)) searchName(name.text)
  return { calls: [...calls], given: [...given] }

  function searchName(name: string): void {
    if (searched.has(name)) return
    searched.add(name)
    for (const mention of project.findNames(name)) collect(mention)
  }

  function collect(mention: ts.Node): void {
    const { parent } = mention
    const isMember = ts.isPropertyAccessExpression(parent) && parent.name === mention
    const at = climbCallee(isMember ? parent : mention)
    if (ts.isGetAccessor(callee)) {
      if (isMember && isNamed(mention, callee, project)) calls.add(parent)
      return
    }
    if (ts.isCallExpression(at.parent) && at.parent.expression === at) {
      if (isCalled(at.parent, mention, callee, project)) calls.add(at.parent)
      return
    }
    if (!isNamed(mention, callee, project) || isDeclarationName(mention)) return
    const alias = findAlias(at)
    if (alias === undefined) given.add(mention)
    else if (alias !== '') searchName(alias)
  }
}

/** The name that code calls a function by. */
function findName(callee: FunctionBody): string | undefined {
  if (callee.name && !ts.isComputedPropertyName(callee.name) && 'text' in callee.name) return callee.name.text
  const { parent } = climbWrappers(callee)
  if (
    (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) &&
    'text' in parent.name
  )
    return parent.name.text
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined
  const { left } = parent
  if (ts.isIdentifier(left)) return left.text
  const isWhole = ts.isPropertyAccessExpression(left) && left.getText() === 'module.exports'
  return ts.isPropertyAccessExpression(left) && !isWhole ? left.name.text : undefined
}

function isCalled(call: ts.CallExpression, name: ts.Node, callee: FunctionBody, project: SourceProject): boolean {
  const declaration = project.checker.getResolvedSignature(call)?.declaration
  if (declaration === callee) return true
  if (isNamed(name, callee, project)) return true
  if (declaration && findOwner(declaration)) return isOverride(declaration, callee, project)
  // a method of something whose type is not known
  const isMember = ts.isPropertyAccessExpression(name.parent) && !isForeign(name, project.checker)
  return (
    !declaration &&
    isMember &&
    isMethod(callee) &&
    listDeclarations(project.checker.getSymbolAtLocation(name), project.checker).length === 0
  )
}

function isMethod(callee: FunctionBody): boolean {
  return (
    ts.isMethodDeclaration(callee) || ts.isPropertyAssignment(callee.parent) || ts.isPropertyDeclaration(callee.parent)
  )
}

/** Does `callee` stand for the declared method in a class that implements or extends its owner? */
function isOverride(declaration: ts.Node, callee: FunctionBody, { checker }: SourceProject): boolean {
  const owner = findOwner(declaration)
  const own = findOwner(callee)
  return (
    owner !== undefined &&
    own !== undefined &&
    checker.isTypeAssignableTo(checker.getTypeAtLocation(own), checker.getTypeAtLocation(owner))
  )
}

/** Does the name mean the function, or the variable or property that holds it? */
function isNamed(name: ts.Node, callee: FunctionBody, { checker }: SourceProject): boolean {
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name)
  const holder = climbWrappers(callee).parent
  return listDeclarations(symbol, checker).some(
    (own) => own === callee || own === holder || (ts.isBinaryExpression(holder) && own === holder.left),
  )
}

/** `const start = require('./start')`, `import start from './start'`. */
function leadsTo(name: ts.Identifier, callee: FunctionBody, project: SourceProject): boolean {
  return isNamed(name, callee, project) || getSignatures(name, project).includes(callee)
}

const signatures = new WeakMap<ts.Identifier, readonly (ts.Node | undefined)[]>()

function getSignatures(name: ts.Identifier, { checker }: SourceProject): readonly (ts.Node | undefined)[] {
  let found = signatures.get(name)
  if (!found) {
    found = checker
      .getTypeAtLocation(name)
      .getCallSignatures()
      .map(({ declaration }) => declaration)
    signatures.set(name, found)
  }
  return found
}

function isDeclarationName(name: ts.Node): boolean {
  const { parent } = name
  return (
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isExportAssignment(parent) ||
    (ts.isBindingElement(parent) && parent.parent.parent.kind === ts.SyntaxKind.VariableDeclaration) ||
    ('name' in parent &&
      parent.name === name &&
      !ts.isPropertyAccessExpression(parent) &&
      !ts.isShorthandPropertyAssignment(parent))
  )
}

/** Another name that the function gets; empty where it keeps its own. */
function findAlias(at: ts.Node): string | undefined {
  const { parent } = at
  if (ts.isExportSpecifier(parent)) return parent.name.text
  if (ts.isShorthandPropertyAssignment(parent)) return ''
  if (
    (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.initializer === at &&
    'text' in parent.name
  )
    return parent.name.text
  if (ts.isVariableDeclaration(parent) && parent.initializer === at && ts.isIdentifier(parent.name))
    return parent.name.text
  if (ts.isBinaryExpression(parent) && parent.right === at && ts.isPropertyAccessExpression(parent.left))
    return parent.left.name.text === 'exports' ? '' : parent.left.name.text
  const isAssigned = ts.isBinaryExpression(parent) && parent.left === at
  return isAssigned || ts.isTypeOfExpression(parent) || ts.isTypeNode(parent) ? '' : undefined
}
