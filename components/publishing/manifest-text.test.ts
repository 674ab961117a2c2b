import { describe, expect, it } from 'vitest'
import { endOfToken, lineCount, lineOfKey, offsetAt } from './manifest-text.ts'

const TEXT = 'id: demo/a\nversion: 1.0.0\nkind: prompt'

describe('positions', () => {
  it('finds the character at a line and column', () => {
    expect(TEXT.slice(offsetAt(TEXT, 2, 10))).toMatch(/^1\.0\.0/)
  })

  it('stays inside the text whatever is asked', () => {
    expect(offsetAt(TEXT, 99, 1)).toBe(TEXT.length)
    expect(offsetAt(TEXT, 1, 999)).toBe(10)
    expect(offsetAt('', 1, 1)).toBe(0)
  })

  it('ends a token where its value ends', () => {
    const start = offsetAt(TEXT, 2, 10)
    expect(TEXT.slice(start, endOfToken(TEXT, start))).toBe('1.0.0')
  })

  it('counts lines as an editor does', () => {
    expect(lineCount('')).toBe(1)
    expect(lineCount('a\nb\n')).toBe(3)
  })

  it('finds a top-level key, not one of the same name further in', () => {
    expect(lineOfKey('metadata:\n  version: 2\nversion: 1.0.0', 'version')).toBe(3)
  })
})
