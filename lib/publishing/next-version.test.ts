import { describe, expect, it } from 'vitest'
import { nextVersion, withVersion } from './next-version.ts'

describe('the next version', () => {
  it.each([
    ['1.4.2', '1.4.3'],
    ['2.0.0-rc.1', '2.0.0'],
    ['1.0.0+build.5', '1.0.1'],
    ['latest', null],
  ])('after %s is %s', (version, next) => {
    expect(nextVersion(version)).toBe(next)
  })

  it('goes into the text where the old one stood, and nowhere else', () => {
    const text = 'id: a/b\nversion: "1.0.0" # first\nspec:\n  version: 1.0.0\n'
    expect(withVersion(text, '1.0.1')).toBe('id: a/b\nversion: 1.0.1\nspec:\n  version: 1.0.0\n')
  })

  it('is not forced into a text without a plain version line', () => {
    expect(withVersion('{ id: a/b, version: 1.0.0 }', '1.0.1')).toBeNull()
  })
})
