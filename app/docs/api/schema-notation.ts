/** Writes a JSON Schema as the short notation that the API page shows: shapes, not validation. */

type Schema = Readonly<Record<string, unknown>>

const INDENT = '  '
const REFERENCE = '#/components/schemas/'

/** References appear by their name. */
export function schemaNotation(schema: Schema, depth = 0): string {
  const reference = schema.$ref
  if (typeof reference === 'string') return reference.replace(REFERENCE, '')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) {
    return (alternatives as Schema[]).map((each) => schemaNotation(each, depth)).join(' | ')
  }
  if (Array.isArray(schema.allOf)) {
    return (schema.allOf as Schema[]).map((each) => schemaNotation(each, depth)).join(' & ')
  }
  if (schema.type === 'array') return listNotation(schema, depth)
  if (schema.type === 'object') return objectNotation(schema, depth)
  if (Array.isArray(schema.type)) return schema.type.join(' | ')
  if (typeof schema.type !== 'string') return 'any'
  return typeof schema.format === 'string' ? `${schema.type} (${schema.format})` : schema.type
}

function listNotation({ items }: Schema, depth: number): string {
  if (!isSchema(items)) return 'any[]'
  const inner = schemaNotation(items, depth)
  const isUnion =
    ['enum', 'anyOf', 'oneOf', 'allOf'].some((word) => word in items) || Array.isArray(items.type)
  return isUnion ? `(${inner})[]` : `${inner}[]`
}

function objectNotation(schema: Schema, depth: number): string {
  const properties = Object.entries(isSchema(schema.properties) ? schema.properties : {})
  if (properties.length === 0) {
    const { additionalProperties } = schema
    return isSchema(additionalProperties)
      ? `{ [name]: ${schemaNotation(additionalProperties, depth)} }`
      : '{ … }'
  }
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : []
  const lines = properties.map(([name, property]) => {
    const field = isSchema(property) ? property : {}
    const mark = required.includes(name) ? '' : '?'
    const note = typeof field.description === 'string' ? `  // ${field.description}` : ''
    return `${INDENT.repeat(depth + 1)}${name}${mark}: ${schemaNotation(field, depth + 1)}${note}`
  })
  return `{\n${lines.join('\n')}\n${INDENT.repeat(depth)}}`
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
