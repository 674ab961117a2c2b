import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { issuesFromZod } from './zod-issue.ts'

const schema = z.object({ kind: z.enum(['agent', 'app', 'prompt']), mode: z.literal('fast') })

function issuesOf(input: unknown) {
  const result = schema.safeParse(input)
  return result.success ? [] : issuesFromZod(result.error, input)
}

describe('a choice', () => {
  it('that is none of the words is answered with the words', () => {
    expect(issuesOf({ kind: 'robot', mode: 'slow' })).toEqual([
      { path: 'kind', message: 'Use agent, app or prompt' },
      { path: 'mode', message: 'Use fast' },
    ])
  })

  it('that is missing is asked for', () => {
    expect(issuesOf({})).toEqual([
      { path: 'kind', message: 'Required' },
      { path: 'mode', message: 'Required' },
    ])
  })
})
