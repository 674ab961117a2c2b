import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTag, normalizeTag, parseTag } from './tag-text.ts'
import { tagSchema } from './tag.ts'

describe('tags', () => {
  it.each(['language:en', 'task:image', 'lang:c++', 'registry:npm', 'stack:next.js', 'topic:a/b', 'lang:c#'])(
    'accepts %s',
    (text) => {
      const tag = parseTag(text)
      expect(tag && formatTag(tag)).toBe(text)
      expect(tagSchema.parse(text)).toBe(text)
    },
  )

  it.each([
    '',
    'language',
    ':en',
    'language:',
    'Language:en',
    'language:EN',
    'a b:c',
    'a:b c',
    'a:-b',
    'a:b:c',
    'é:a',
  ])('refuses %j', (text) => {
    expect(parseTag(text)).toBeNull()
    expect(tagSchema.safeParse(text).success).toBe(false)
  })

  it('refuses halves that are too long', () => {
    expect(parseTag(`${'k'.repeat(33)}:v`)).toBeNull()
    expect(parseTag(`k:${'v'.repeat(65)}`)).toBeNull()
    expect(parseTag(`${'k'.repeat(32)}:${'v'.repeat(64)}`)).not.toBeNull()
  })
})

describe('normalizeTag', () => {
  it.each([
    ['Language: English', 'language:english'],
    ['Image Editing', 'topic:image-editing'],
    ['  café  ', 'topic:cafe'],
    ['Stack:C++', 'stack:c++'],
    ['My Key:  ..Value!', 'my-key:value'],
  ])('folds %j to %s', (text, expected) => {
    expect(normalizeTag(text)).toBe(expected)
  })

  it('gives up when nothing usable is left', () => {
    for (const text of ['', '   ', '!!!', ':', '日本', 'key:']) expect(normalizeTag(text)).toBeNull()
  })

  it('yields only valid tags and is stable when repeated', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const tag = normalizeTag(text)
        if (tag === null) return
        expect(parseTag(tag)).not.toBeNull()
        expect(normalizeTag(tag)).toBe(tag)
      }),
    )
  })
})
