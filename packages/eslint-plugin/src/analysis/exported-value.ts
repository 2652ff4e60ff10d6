import type { TSESTree } from '@typescript-eslint/utils'
import { isFunctionNode } from '../ast/function-node.ts'
import { skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName, getStaticString } from '../ast/static-value.ts'
import type { SourceUnit } from './source-unit.ts'

/** What a file exports under a name: a value of its own, or that of another file. */
export type ExportedValue =
  | { readonly is: 'value'; readonly node: TSESTree.Node }
  | { readonly is: 'elsewhere'; readonly module: string; readonly path: readonly string[] }

/** What all the exports of a file are, by the ways in which an ES module and a CommonJS module say so. */
export interface FileExports {
  readonly isModule: boolean
  readonly named: ReadonlyMap<string, ExportedValue>
  /** `module.exports = value`, `export = value`. */
  readonly whole: TSESTree.Node | undefined
  /** `export * from` these. */
  readonly stars: readonly string[]
  /** Is `exports.name` given a value in code that was not looked at: under a condition, in a function? */
  isWrittenElsewhere(name: string): boolean
}

const known = new WeakMap<TSESTree.Program, FileExports>()

/** Of the statements of a file; a computed name is not seen. */
export function readExports({ program, resolveOrigin, text }: SourceUnit): FileExports {
  const cached = known.get(program)
  if (cached) return cached
  const reader = new ExportReader(text, resolveOrigin)
  for (const statement of program.body) reader.read(statement)
  known.set(program, reader)
  return reader
}

class ExportReader implements FileExports {
  readonly named = new Map<string, ExportedValue>()
  readonly stars: string[] = []
  isModule = false
  whole: TSESTree.Node | undefined
  readonly #text: string
  readonly #resolveOrigin: SourceUnit['resolveOrigin']
  /** Assignments to `exports.name`, by name; to `module.exports` by the empty one. */
  readonly #writes = new Map<string, number>()

  constructor(text: string, resolveOrigin: SourceUnit['resolveOrigin']) {
    this.#text = text
    this.#resolveOrigin = resolveOrigin
  }

  isWrittenElsewhere(name: string): boolean {
    const target = name === '' ? String.raw`\bmodule\.exports` : String.raw`\bexports\.${name.replaceAll('$', '\\$')}`
    const written = this.#text.match(new RegExp(String.raw`${target}\s*=(?![=>])`, 'g'))?.length ?? 0
    return written > (this.#writes.get(name) ?? 0)
  }

  read(statement: TSESTree.ProgramStatement): void {
    switch (statement.type) {
      case 'ImportDeclaration':
        this.isModule = true
        return
      case 'ExportAllDeclaration': {
        this.isModule = true
        const { exported, source } = statement
        if (exported) this.named.set(readName(exported), { is: 'elsewhere', module: source.value, path: [] })
        else this.stars.push(source.value)
        return
      }
      case 'ExportDefaultDeclaration':
        this.isModule = true
        this.#set('default', statement.declaration)
        return
      case 'ExportNamedDeclaration':
        this.isModule = true
        this.#readNamed(statement)
        return
      case 'TSExportAssignment':
        this.whole = statement.expression
        return
      case 'ExpressionStatement':
        this.#readExpression(skipWrappers(statement.expression))
        return
      default:
    }
  }

  #set(name: string, node: TSESTree.Node): void {
    // compilers announce a name before they give it its value: `exports.run = void 0`
    if (node.type !== 'UnaryExpression') this.named.set(name, { is: 'value', node })
  }

  #readNamed({ declaration, source, specifiers }: TSESTree.ExportNamedDeclaration): void {
    for (const { exported, local } of specifiers) {
      const name = readName(exported)
      if (source) this.named.set(name, { is: 'elsewhere', module: source.value, path: [readName(local)] })
      else this.#set(name, local)
    }
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id, init } of declaration.declarations) if (id.type === 'Identifier' && init) this.#set(id.name, id)
    } else if (isFunctionNode(declaration) && declaration.id) this.#set(declaration.id.name, declaration)
  }

  #readExpression(expression: TSESTree.Node): void {
    if (expression.type === 'CallExpression') this.#readCall(expression)
    if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return
    // `module.exports = exports.run = run`
    let value: TSESTree.Node = skipWrappers(expression.right)
    while (value.type === 'AssignmentExpression') value = skipWrappers(value.right)
    for (let at: TSESTree.Node = expression; at.type === 'AssignmentExpression'; at = skipWrappers(at.right)) {
      const path = this.#readTarget(at.left)
      if (!path) continue
      const [name, ...rest] = path
      if (rest.length === 0) this.#writes.set(name ?? '', (this.#writes.get(name ?? '') ?? 0) + 1)
      if (name === undefined) this.whole = value
      else if (rest.length === 0) this.#set(name, value)
    }
  }

  /** Below `module.exports`: `[]` for that itself, `['run']` for `exports.run`. */
  #readTarget(target: TSESTree.Node): string[] | undefined {
    const found = this.#resolveOrigin(target)
    if (found?.module !== '') return undefined
    const [first, second, ...rest] = found.path
    if (first === 'exports') return found.path.slice(1)
    return first === 'module' && second === 'exports' ? rest : undefined
  }

  #readCall(call: TSESTree.CallExpression): void {
    const callee = skipWrappers(call.callee)
    const [first, second, third] = call.arguments
    if (!first) return
    const method = callee.type === 'MemberExpression' ? getStaticPropertyName(callee) : undefined
    // `__exportStar(require('./x'), exports)`, also as a method of TypeScript's helpers
    const helper = callee.type === 'Identifier' ? callee.name : method
    if (helper === '__exportStar' || helper === '__export') {
      const from = this.#resolveOrigin(first)
      if (from?.path.length === 0) this.stars.push(from.module)
      return
    }
    if (!this.#readTarget(first)) return
    if (method === 'defineProperty' && third?.type === 'ObjectExpression') {
      const name = second && getStaticString(second)
      const value = findDefined(third)
      if (name !== undefined && value) this.#set(name, value)
    } else if (method === 'assign' && second?.type === 'ObjectExpression') {
      for (const property of second.properties) {
        const name = property.type === 'Property' ? getStaticPropertyName(property) : undefined
        if (name !== undefined && property.type === 'Property') this.#set(name, property.value)
      }
    }
  }
}

/** `{ value: run }`, `{ get: function () { return x_1.run } }` */
function findDefined({ properties }: TSESTree.ObjectExpression): TSESTree.Node | undefined {
  for (const property of properties) {
    if (property.type !== 'Property') continue
    const name = getStaticPropertyName(property)
    if (name === 'value') return property.value
    if (name !== 'get' || !isFunctionNode(property.value)) continue
    const { body } = property.value
    if (body.type !== 'BlockStatement') return body
    const [statement] = body.body
    return statement?.type === 'ReturnStatement' ? (statement.argument ?? undefined) : undefined
  }
  return undefined
}

function readName(name: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return name.type === 'Identifier' ? name.name : name.value
}
