import type { TSESTree } from '@typescript-eslint/utils'
import type { Binding } from '../ast/bindings.ts'
import { isFunctionNode } from '../ast/function-node.ts'
import { climbWrappers, skipWrappers } from '../ast/skip-wrappers.ts'
import { getStaticPropertyName } from '../ast/static-value.ts'
import { type FieldUses, findFieldUses } from './field-uses.ts'
import type { SourceUnit } from './source-unit.ts'
import type { SpawnSite } from './spawn-site.ts'

/** A variable or a field that outlives the call that starts a child, and keeps the child for others. */
export interface ChildSlot {
  /** As it is written where the child is put: `child`, `this.#child`. */
  readonly text: string
  readonly assignment: TSESTree.AssignmentExpression
  /** Every place that reads or writes it. */
  readonly mentions: ReadonlySet<TSESTree.Node>
  /** The variable; a field has none. */
  readonly binding: Binding | undefined
  /** The constant that names the child before it is put there. */
  readonly alias: Binding | undefined
}

/** The slot of a child that is put into exactly one, all uses of which are in view. */
export function findChildSlot(site: SpawnSite, unit: SourceUnit): ChildSlot | undefined {
  const { parent } = climbWrappers(site.node)
  if (parent?.type === 'AssignmentExpression') return readSlot(parent, undefined, unit)
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return undefined
  const alias = unit.bindings.resolve(parent.id)
  if (!alias || alias.isReassigned) return undefined
  const stores = alias.references.flatMap(({ identifier }) => {
    const at = climbWrappers(identifier)
    return at.parent?.type === 'AssignmentExpression' && at.parent.right === at ? [at.parent] : []
  })
  const [store, ...others] = stores
  return store && others.length === 0 ? readSlot(store, alias, unit) : undefined
}

function readSlot(
  assignment: TSESTree.AssignmentExpression,
  alias: Binding | undefined,
  unit: SourceUnit,
): ChildSlot | undefined {
  // `??=` and its like leave alone what is there
  if (assignment.operator !== '=' || assignment.parent.type !== 'ExpressionStatement') return undefined
  const target = skipWrappers(assignment.left)
  const text = unit.text.slice(...target.range)
  if (target.type === 'MemberExpression') {
    const field = findFieldUses(target, unit)
    if (!field || field.patterns.length > 0 || getStaticPropertyName(target) === undefined) return undefined
    return { text, assignment, mentions: listMentions(field, () => field.members), binding: undefined, alias }
  }
  const binding = target.type === 'Identifier' ? unit.bindings.resolve(target) : undefined
  if (!binding || binding.isExported || !isOuter(binding, assignment)) return undefined
  const mentions = listMentions(binding, () => binding.references.map(({ identifier }) => identifier))
  return { text, assignment, mentions, binding, alias }
}

const known = new WeakMap<Binding | FieldUses, ReadonlySet<TSESTree.Node>>()

/** Kept, because thousands of children may share one variable. */
function listMentions(keeper: Binding | FieldUses, list: () => readonly TSESTree.Node[]): ReadonlySet<TSESTree.Node> {
  let mentions = known.get(keeper)
  if (!mentions) known.set(keeper, (mentions = new Set(list())))
  return mentions
}

/** Does a variable live longer than the call of the function that assigns it? */
function isOuter({ root }: Binding, node: TSESTree.Node): boolean {
  let owner: TSESTree.Node | undefined
  for (let at: TSESTree.Node | undefined = node.parent; at && at !== root; at = at.parent)
    if (isFunctionNode(at)) owner = at
  return owner !== undefined
}
