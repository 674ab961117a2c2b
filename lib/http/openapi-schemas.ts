/** Owns turning zod schemas into the JSON Schemas of one OpenAPI document, named ones once under components. */
import 'server-only'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

export type Json = Record<string, unknown>

export interface SchemaCollector {
  /** `input` is what a client may send, `output` what it gets. */
  add(schema: z.ZodType, direction: 'input' | 'output'): Json
  components(): Record<string, Json>
}

const DEFS = '#/$defs/'
const COMPONENTS = '#/components/schemas/'

/** Schemas that carry `.meta({ id })` become components; where the two directions differ, the input gets a suffix. */
export function schemaCollector(): SchemaCollector {
  const components = new Map<string, Json>()

  function place(id: string, schema: Json): string {
    const known = components.get(id)
    if (known && !isDeepStrictEqual(known, schema)) return place(`${id}Input`, schema)
    components.set(id, schema)
    return id
  }

  return {
    add(schema, direction) {
      const converted = withoutDialect(
        z.toJSONSchema(schema, { io: direction, override: overrideFor(direction) }),
      )
      const { $defs, ...root } = converted
      const names = new Map<string, string>()
      for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
        const { id: _id, ...named } = withReferences(definition, (name) => name) as Json
        names.set(id, place(id, named))
      }
      const { id, ...described } = withReferences(root, (name) => names.get(name) ?? name) as Json
      if (typeof id !== 'string') return described
      return { $ref: COMPONENTS + place(id, described) }
    },
    components: () => Object.fromEntries([...components].toSorted(([a], [b]) => a.localeCompare(b))),
  }
}

function overrideFor(direction: 'input' | 'output') {
  return ({ jsonSchema }: { jsonSchema: Json }): void => {
    // The digits of a whole number in a query string are checked as text, but a client thinks of a number.
    if (jsonSchema.type === 'integer') delete jsonSchema.pattern
    // Answers may gain fields; a generated client must not choke on them.
    if (direction === 'output' && jsonSchema.additionalProperties === false)
      delete jsonSchema.additionalProperties
  }
}

function withoutDialect(schema: unknown): Json {
  const { $schema: _dialect, '~standard': _standard, ...rest } = schema as Json
  return rest
}

function withReferences(value: unknown, nameOf: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, nameOf))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith(DEFS)) {
      return [key, COMPONENTS + nameOf(inner.slice(DEFS.length))] as const
    }
    return [key, withReferences(inner, nameOf)] as const
  })
  return Object.fromEntries(entries)
}
