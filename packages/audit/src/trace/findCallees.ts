import { ts } from 'ts-morph'
import { skipCallee, skipWrappers } from '../project/findNode.ts'
import type { SourceProject } from '../project/SourceProject.ts'
import type { FunctionBody } from './findCalls.ts'
import { isForeign } from './isForeign.ts'
import { listDeclarations } from './listDeclarations.ts'

export interface Callees {
  readonly callees: readonly FunctionBody[]
  /** Nothing else can be called. */
  readonly isSure: boolean
}

const NOBODY: Callees = { callees: [], isSure: false }

/** The functions of the project that a call may call. */
export function findCallees(call: ts.CallExpression | ts.NewExpression, project: SourceProject): Callees {
  const { checker } = project
  const declaration = checker.getResolvedSignature(call)?.declaration
  if (declaration && hasBody(declaration)) return fromProject([declaration], true, project)
  const name = readName(call)
  const symbol = name && checker.getSymbolAtLocation(name)
  const declared = listDeclarations(symbol, checker)
  const bodies = declared.flatMap(readBody)
  if (bodies.length > 0) return fromProject(bodies, bodies.length === declared.length, project)
  if (!declaration && declared.length > 0) return NOBODY
  const owner = declaration?.parent
  if (
    name &&
    declaration &&
    owner &&
    (ts.isInterfaceDeclaration(owner) || ts.isTypeLiteralNode(owner) || ts.isClassLike(owner))
  )
    return findImplementations(name.text, checker.getTypeAtLocation(owner), project)
  // a method of something whose type is not known: of this name, and whatever else may have it
  if (!declaration && name && ts.isPropertyAccessExpression(name.parent) && !isForeign(name, checker)) {
    const methods = listMethods(name.text, project)
    return { callees: methods.length <= MAX_GUESSES ? methods : [], isSure: false }
  }
  return NOBODY
}

const MAX_GUESSES = 3

function fromProject(bodies: readonly FunctionBody[], isSure: boolean, project: SourceProject): Callees {
  const own = bodies.filter((body) => project.isOwn(body.getSourceFile()))
  return { callees: own, isSure: isSure && own.length === bodies.length }
}

function hasBody(declaration: ts.Node): declaration is FunctionBody {
  return ts.isFunctionLike(declaration) && 'body' in declaration && declaration.body !== undefined
}

/** A function, or the one that a variable, a property or an assignment holds; of overloads the one with a body. */
function readBody(declaration: ts.Node): FunctionBody[] {
  if (hasBody(declaration)) return [declaration]
  const { initializer } = declaration as { initializer?: ts.Expression }
  const assignment = ts.isPropertyAccessExpression(declaration) ? declaration.parent : declaration
  const value = ts.isBinaryExpression(assignment) ? assignment.right : initializer
  const inner = value && ts.isExpression(value) ? skipWrappers(value) : undefined
  return inner && hasBody(inner) ? [inner] : []
}

function readName(call: ts.CallExpression | ts.NewExpression): ts.Identifier | ts.PrivateIdentifier | undefined {
  const callee = skipCallee(call.expression)
  if (ts.isIdentifier(callee)) return callee
  return ts.isPropertyAccessExpression(callee) ? callee.name : undefined
}

/** Methods of the classes that an interface or a base class stands for. */
function findImplementations(name: string, type: ts.Type, project: SourceProject): Callees {
  const callees = listMethods(name, project).filter(
    ({ parent }) =>
      ts.isClassLike(parent) && project.checker.isTypeAssignableTo(project.checker.getTypeAtLocation(parent), type),
  )
  return { callees, isSure: callees.length > 0 }
}

function listMethods(name: string, project: SourceProject): FunctionBody[] {
  return [...project.findNames(name)].flatMap(({ parent }) =>
    (ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) &&
    'text' in parent.name &&
    parent.name.text === name
      ? readBody(parent)
      : ts.isPropertyAccessExpression(parent)
        ? readBody(parent)
        : [],
  )
}
