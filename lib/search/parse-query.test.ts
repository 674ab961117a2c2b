import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery, searchableText } from './parse-query.ts'

const word = (text: string) => [{ words: [text], isPhrase: false }]

describe('parseQuery', () => {
  it('takes each word for itself, the last as one that may go on', () => {
    expect(parseQuery('Post Gre')).toEqual({
      groups: [word('post'), word('gre')],
      excluded: [],
      tags: [],
      endsInBeginning: true,
    })
  })

  it('splits names as people and package managers write them', () => {
    const words = (q: string) => parseQuery(q).groups.map(([operand]) => operand?.words)
    expect(words('@scope/some-name.js')).toEqual([['scope', 'some', 'name', 'js']])
    expect(words('Übersetzer')).toEqual([['ubersetzer']])
  })

  it('reads phrases, exclusions and alternatives', () => {
    expect(parseQuery('"red dog" -cat bird or "wild goose"')).toEqual({
      groups: [
        [{ words: ['red', 'dog'], isPhrase: true }],
        [
          { words: ['bird'], isPhrase: false },
          { words: ['wild', 'goose'], isPhrase: true },
        ],
      ],
      excluded: word('cat'),
      tags: [],
      endsInBeginning: false,
    })
  })

  it('keeps what is written in one piece together, also as one of two alternatives', () => {
    const nodeJs = { words: ['node', 'js'], isPhrase: false }
    const deno = { words: ['deno'], isPhrase: false }
    expect(parseQuery('node.js or deno').groups).toEqual([[nodeJs, deno]])
    expect(parseQuery('deno or node.js').groups).toEqual([[deno, nodeJs]])
    expect(parseQuery('deno or stack:js node.js').groups).toEqual([[deno], [nodeJs]])
  })

  it('takes key:value for a tag, and an address or a time for words', () => {
    expect(parseQuery('stack:C++ tools').tags).toEqual(['stack:c++'])
    expect(parseQuery('Language:EN').tags).toEqual(['language:en'])
    expect(parseQuery(':x y:').tags).toEqual([])
  })

  it('knows no alternative to nothing and no exclusion of a dash', () => {
    expect(parseQuery('or cat').groups).toEqual([word('or'), word('cat')].slice(0, 2))
    expect(parseQuery('cat - dog').groups).toEqual([word('cat'), word('dog')])
  })

  it('reads any text, with at most twelve words of letters and digits alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { groups, excluded } = parseQuery(text)
        const words = [...groups.flat(), ...excluded].flatMap((operand) => operand.words)
        expect(words.length).toBeLessThanOrEqual(12)
        for (const one of words) expect(one).toMatch(/^[\p{L}\p{N}]+$/u)
        expect(groups.every((operands) => operands.length > 0)).toBe(true)
      }),
    )
  })
})

describe('searchableText', () => {
  it('leaves nothing that JSON or Postgres would refuse', () => {
    expect(searchableText(' a\u0000b\uD800 ')).toBe('a b')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(searchableText(text)).not.toMatch(/[\p{Cc}\p{Cs}]/u)
      }),
    )
  })
})
