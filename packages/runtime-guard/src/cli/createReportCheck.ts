/** The part of JSON Schema that the generated schema of the report uses. */
interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
}

/**
 * A check of values against the published schema: undefined for a report, else where it differs. Keys that the schema does
 * not know are passed over, because a later version of the guard may add some.
 */
export function createReportCheck(root: object): (value: unknown) => string | undefined {
  const { $defs = {}, ...schema } = root as Schema
  return (value) => findProblem(schema, value, 'the report')

  function findProblem(schema: Schema, value: unknown, place: string): string | undefined {
    if (schema.$ref !== undefined) return findProblem($defs[schema.$ref.replace('#/$defs/', '')] ?? {}, value, place)
    if (schema.anyOf) {
      const problems = schema.anyOf.map((candidate) => findProblem(candidate, value, place))
      // Null is the usual other branch: what is wrong with the object says more.
      return problems.includes(undefined) ? undefined : problems[0]
    }
    if (schema.const !== undefined && value !== schema.const) return `${place} must be ${JSON.stringify(schema.const)}`
    if (schema.enum && !schema.enum.includes(value)) return `${place} has an unknown value`
    const types = [schema.type ?? []].flat()
    if (types.length > 0 && !types.some((type) => hasType(type, value)))
      return `${place} must be of type ${types.join(' or ')}`
    if (Array.isArray(value))
      return firstProblem(value, (item, index) => findProblem(schema.items ?? {}, item, `${place}[${index}]`))
    if (typeof value !== 'object' || value === null) return undefined
    return findObjectProblem(schema, value as Record<string, unknown>, place)
  }

  function findObjectProblem(schema: Schema, value: Record<string, unknown>, place: string): string | undefined {
    const missing = schema.required?.find((key) => !Object.hasOwn(value, key))
    if (missing !== undefined) return `${place} has no ${JSON.stringify(missing)}`
    return firstProblem(Object.entries(value), ([key, item]) => {
      const known = schema.properties?.[key] ?? schema.additionalProperties
      return typeof known === 'object' ? findProblem(known, item, `${place}.${key}`) : undefined
    })
  }
}

function firstProblem<T>(items: T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = find(item, index)
    if (problem !== undefined) return problem
  }
  return undefined
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}
