import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeRoot } from './function-node.ts'

export type BindingKind =
  'catch' | 'class' | 'const' | 'enum' | 'function' | 'import' | 'let' | 'namespace' | 'parameter' | 'using' | 'var'

/** Resolution of names by scope. Two implementations, one contract: over a scope manager, and over the bare tree. */
export interface Bindings {
  /**
   * What a name refers to: for a reference (also a JSX element's name) as for the identifier of a declaration.
   * `undefined` for globals without a declaration in the file, for names of types, property keys and labels.
   */
  resolve(identifier: TSESTree.Identifier | TSESTree.JSXIdentifier): Binding | undefined
  /** Every binding of the file, in order of their scopes. */
  readonly all: readonly Binding[]
}

export interface Binding {
  readonly name: string
  /** The kind of the first definition. */
  readonly kind: BindingKind
  /** More than one for overloads, merged namespaces, repeated `var` and `function`. Never empty. */
  readonly definitions: readonly Definition[]
  /** In source order. Declarations without a value (`let x`, `function x() {}`, parameters) are no references. */
  readonly references: readonly Reference[]
  /** The function, program, static block or field initialiser whose code the declaration belongs to. */
  readonly root: CodeRoot
  /** Written more than once in its life: by any write beyond the declaration, or by a second definition. */
  readonly isReassigned: boolean
  /** By `export` on the declaration or in a list, `export default x`, `export = x`, or from a namespace. */
  readonly isExported: boolean
}

export interface Definition {
  readonly kind: BindingKind
  /** The identifier that is declared. */
  readonly name: TSESTree.Identifier
  /**
   * The declaring node: VariableDeclarator, function, class, import specifier, TSImportEqualsDeclaration, CatchClause,
   * TSEnumDeclaration, TSModuleDeclaration. For a parameter: the function.
   */
  readonly node: TSESTree.Node
}

export interface Reference {
  readonly identifier: TSESTree.Identifier | TSESTree.JSXIdentifier
  readonly isRead: boolean
  readonly isWrite: boolean
  /** The write of a declaration: `const x = 1`, `for (const x of xs)`, a parameter's default. */
  readonly init: boolean
  /** The right side of the write, before any destructuring. */
  readonly writeExpression: TSESTree.Node | undefined
  /** The code that holds the reference; compare with a binding's root to see captures. */
  readonly root: CodeRoot
}
