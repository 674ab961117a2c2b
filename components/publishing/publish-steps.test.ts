import { describe, expect, it } from 'vitest'
import { stepOf } from './publish-steps.tsx'

describe('the step of a publication', () => {
  it.each([
    ['Write', ' \n', false, false],
    ['Check', 'id: a', false, false],
    ['Preview', 'id: a/b', true, false],
    ['Publish', 'id: a/b', true, true],
  ] as const)('is %s', (step, text, isSound, isSending) => {
    expect(stepOf(text, isSound, isSending)).toBe(step)
  })
})
