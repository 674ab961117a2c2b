import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { schemaNotation } from './schema-notation.ts'

const notation = (schema: z.ZodType) => schemaNotation(z.toJSONSchema(schema))

describe('the notation of a schema', () => {
  it('shows fields, what may be left out, and notes', () => {
    const schema = z.object({ name: z.string().describe('Shown'), size: z.number().optional() })
    expect(notation(schema)).toBe('{\n  name: string  // Shown\n  size?: number\n}')
  })

  it('nests, with lists and alternatives in brackets', () => {
    const schema = z.object({ rows: z.array(z.object({ kind: z.enum(['a', 'b']).nullable() })) })
    expect(notation(schema)).toBe('{\n  rows: {\n    kind: "a" | "b" | null\n  }[]\n}')
    expect(notation(z.array(z.enum(['a', 'b'])))).toBe('("a" | "b")[]')
  })

  it('names what it refers to', () => {
    expect(schemaNotation({ $ref: '#/components/schemas/Card' })).toBe('Card')
  })

  it('says what it cannot know', () => {
    expect(notation(z.unknown())).toBe('any')
    expect(notation(z.object({}))).toBe('{ … }')
    expect(notation(z.record(z.string(), z.int()))).toBe('{ [name]: integer }')
  })
})
