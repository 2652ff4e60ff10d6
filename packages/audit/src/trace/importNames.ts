import { ts } from 'ts-morph'
import type { SourceProject } from '../project/SourceProject.ts'

const known = new WeakMap<SourceProject, readonly ts.Identifier[]>()

/** The names that files give to what they import as a default, as a whole, or by another name than it was exported. */
export function listImportNames(project: SourceProject): readonly ts.Identifier[] {
  let names = known.get(project)
  if (!names) known.set(project, (names = project.files.flatMap(readImports)))
  return names
}

function readImports(file: ts.SourceFile): ts.Identifier[] {
  const names: ts.Identifier[] = []
  const hasRequire = file.text.includes('require')
  const visit = (node: ts.Node): void => {
    if (ts.isImportClause(node)) {
      if (node.name) names.push(node.name)
      const { namedBindings } = node
      if (namedBindings && ts.isNamedImports(namedBindings))
        for (const { name, propertyName } of namedBindings.elements) if (propertyName) names.push(name)
    } else if (ts.isImportEqualsDeclaration(node)) names.push(node.name)
    else if (ts.isVariableDeclaration(node) && node.initializer && isRequire(node.initializer)) {
      if (ts.isIdentifier(node.name)) names.push(node.name)
      else
        for (const element of node.name.elements)
          if (ts.isBindingElement(element) && element.propertyName && ts.isIdentifier(element.name))
            names.push(element.name)
    }
    if (ts.isSourceFile(node) || ts.isImportDeclaration(node) || hasRequire) ts.forEachChild(node, visit)
  }
  visit(file)
  return names
}

function isRequire(node: ts.Expression): boolean {
  const at = ts.isPropertyAccessExpression(node) ? node.expression : node
  return ts.isCallExpression(at) && ts.isIdentifier(at.expression) && at.expression.text === 'require'
}
