import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineCursor } from './cursor.ts'
import { Problem } from './problem.ts'

const schema = z.strictObject({ score: z.number(), handle: z.string() })
const cursor = defineCursor(1, schema)

function refusal(text: string): Problem {
  try {
    cursor.decode(text)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error(`Accepted ${text}`)
}

describe('cursor', () => {
  it('gives back every position it was given, in URL-safe text', () => {
    fc.assert(
      fc.property(
        fc.record({ score: fc.integer(), handle: fc.string({ unit: 'grapheme', maxLength: 100 }) }),
        (position) => {
          const text = cursor.encode(position)
          expect(text).toMatch(/^[A-Za-z0-9_-]+$/)
          expect(cursor.decode(text)).toEqual(position)
        },
      ),
    )
  })

  it.each([
    '',
    '!',
    'abc',
    'a'.repeat(3000),
    '____',
    btoa('null').replaceAll('=', ''),
    btoa('{"score":1}').replaceAll('=', ''),
    btoa('[1,{"score":"1","handle":"a"}]').replaceAll('=', ''),
    btoa('[1,{"score":1,"handle":"a","admin":true}]').replaceAll('=', ''),
  ])('refuses %j with bad_request', (text) => {
    expect(refusal(text)).toMatchObject({ code: 'bad_request', status: 400 })
  })

  it('refuses a cursor of another version', () => {
    const older = defineCursor(0, schema).encode({ score: 1, handle: 'a' })
    expect(refusal(older).code).toBe('bad_request')
  })

  it('never fails in any other way', () => {
    fc.assert(fc.property(fc.string(), (text) => refusal(text).status === 400))
  })
})
