import type { TSESTree } from '@typescript-eslint/utils'
import type { Definition } from './bindings.ts'

/** `export const x`, `export function x`, `export class x`, `export default function x`, also inside a namespace. */
export function isExportedDefinition({ kind, node }: Definition): boolean {
  if (kind === 'parameter' || kind === 'catch') return false
  const declaration = node.type === 'VariableDeclarator' ? node.parent : node
  const parent = declaration?.parent
  if (declaration?.type === 'TSImportEqualsDeclaration' && parent?.type === 'ExportNamedDeclaration') return true
  return parent?.type === 'ExportNamedDeclaration' || parent?.type === 'ExportDefaultDeclaration'
}

/** `export { x }`, `export { x as y }`, `export default x`, `export = x`. */
export function isExportingReference(identifier: TSESTree.Node): boolean {
  const { parent } = identifier
  switch (parent?.type) {
    case 'ExportSpecifier':
      return parent.local === identifier
    case 'ExportDefaultDeclaration':
      return parent.declaration === identifier
    case 'TSExportAssignment':
      return parent.expression === identifier
    default:
      return false
  }
}
