import type { TSESTree } from '@typescript-eslint/utils'
import type { SourceCode } from 'eslint'

/** The white space that the line of a node starts with. */
export function getIndentation(node: TSESTree.Node, sourceCode: SourceCode): string {
  return /^\s*/.exec(sourceCode.lines[node.loc.start.line - 1] ?? '')?.[0] ?? ''
}

/** Does the statement around a node end with a semicolon? */
export function hasSemicolon(node: TSESTree.Node, sourceCode: SourceCode): boolean {
  let at: TSESTree.Node = node
  while (at.parent && !/(?:Statement|Declaration)$/.test(at.type)) at = at.parent
  return sourceCode.getLastToken(at as never)?.value === ';'
}

/** The line break of the file, by its first one. */
export function getLineBreak({ text }: SourceCode): string {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n'
}
