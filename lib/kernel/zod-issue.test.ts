import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { issuesFromZod } from './zod-issue.ts'

const schema = z.strictObject({
  name: z.string(),
  price: z.strictObject({ amount: z.int() }),
  tags: z.record(z.string().regex(/^[a-z]+$/, 'Lower case only'), z.string()).optional(),
  either: z.union([z.string(), z.looseObject({ value: z.string() })]).optional(),
})
const issuesOf = (input: unknown) => {
  const result = schema.safeParse(input)
  return result.success ? [] : issuesFromZod(result.error, input)
}

describe('issuesFromZod', () => {
  it('tells what is missing from what is wrong', () => {
    expect(issuesOf({ price: { amount: '1' } })).toEqual([
      { path: 'name', message: 'Required' },
      { path: 'price.amount', message: 'Must be a number, not a string' },
    ])
  })

  it('names every unknown key at its own path', () => {
    expect(issuesOf({ name: 'a', price: { amount: 1, tax: 2 }, x: 1 })).toEqual([
      { path: 'price.tax', message: 'Unknown key "tax"' },
      { path: 'x', message: 'Unknown key "x"' },
    ])
  })

  it('explains a refused key with the rule that refused it', () => {
    const input = { name: 'a', price: { amount: 1 }, tags: { 'A b': 'c' } }
    expect(issuesOf(input)).toEqual([{ path: 'tags["A b"]', message: 'Lower case only' }])
  })

  it('reports the alternative that its author most likely meant', () => {
    const input = { name: 'a', price: { amount: 1 }, either: { value: 1 } }
    expect(issuesOf(input)).toEqual([{ path: 'either.value', message: 'Must be a string, not a number' }])
  })

  it('speaks of a body that is no object at all', () => {
    expect(issuesOf(null)).toEqual([{ path: '', message: 'Must be a mapping, not empty' }])
  })
})
