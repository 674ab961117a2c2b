import { describe, expect, it } from 'vitest'
import { matchOf } from './matching.ts'
import { parseQuery } from './parse-query.ts'
import type { ResolvedWord } from './plan.ts'

function known(word: string, at: number, id: number, count: number): ResolvedWord {
  return {
    ...{ word, stem: word, at, isStop: false, others: [], othersAre: null },
    ...{ text: [id, count], name: [id + 1000, Math.ceil(count / 10)] },
  }
}
const unknown = (word: string, at: number): ResolvedWord => ({
  ...known(word, at, 0, 0),
  text: null,
  name: null,
})

describe('matchOf', () => {
  it('asks for every word, in texts and in names', () => {
    const matching = matchOf(parseQuery('docker memory '), [
      known('docker', 0, 1, 50),
      known('memory', 1, 2, 60),
    ])
    expect(matching).toMatchObject({
      match: { all: [1, 2], any: [], none: [] },
      names: { all: [1001, 1002] },
      tsquery: "(('docker')) & (('memory'))",
      nameQuery: "(('docker':A)) & (('memory':A))",
    })
  })

  it('matches nothing when a word stands nowhere', () => {
    expect(matchOf(parseQuery('docker zzz'), [known('docker', 0, 1, 5), unknown('zzz', 1)])).toBeNull()
  })

  it('looks for what a mistyped word stands for, and says so', () => {
    const typo: ResolvedWord = {
      ...unknown('dokcer', 0),
      others: [{ word: 'docker', stem: 'docker', text: [1, 50], name: null }],
      othersAre: 'correction',
    }
    expect(matchOf(parseQuery('dokcer'), [typo])).toMatchObject({
      match: { all: [1] },
      corrections: [{ from: 'dokcer', to: 'docker' }],
    })
  })

  it('leaves out stop words, unless there is nothing else', () => {
    const the = { ...known('the', 0, 9, 900), isStop: true }
    expect(matchOf(parseQuery('the docker'), [the, known('docker', 1, 1, 5)])?.match.all).toEqual([1])
    expect(matchOf(parseQuery('the'), [the])?.match.all).toEqual([9])
  })

  it('excludes words by key and phrases by checking', () => {
    const words = [known('b1', 0, 2, 5), known('c1', 1, 3, 5), known('d1', 2, 4, 5), known('a1', 3, 1, 5)]
    const matching = matchOf(parseQuery('a1 -b1 -"c1 d1"'), words)
    expect(matching?.match).toEqual({ all: [1], any: [], none: [2] })
    expect(matching?.checks).toMatchObject([{ isExcluded: true, operands: [{ words: ['c1', 'd1'] }] }])
  })

  it('takes either of two alternatives', () => {
    const matching = matchOf(parseQuery('cat or dog'), [known('cat', 0, 1, 5), known('dog', 1, 2, 7)])
    expect(matching?.match.any).toEqual([[1, 2]])
    expect(matching?.choices).toEqual([{ ids: [1, 2], count: 12 }])
  })

  it('takes all words of an alternative together', () => {
    const words = [known('foo', 0, 1, 5), known('node', 1, 2, 7), known('js', 2, 3, 9)]
    const matching = matchOf(parseQuery('foo or node.js'), words)
    expect(matching?.match.any).toEqual([
      [1, 2],
      [1, 3],
    ])
    expect(matching?.checks).toEqual([])
    expect(matching?.tsquery).toBe("(('foo') | (('node') & ('js')))")
  })

  it('leaves many words of many alternatives to be checked row by row', () => {
    const q = 'a1.b1 or c1.d1 or e1.f1 or g1.h1'
    const words = q.split(/\W|or/).filter(Boolean)
    const matching = matchOf(
      parseQuery(q),
      words.map((word, index) => known(word, index, index + 1, 10 + index)),
    )
    expect(matching?.match.any).toEqual([[1, 3, 5, 7]])
    expect(matching?.checks).toMatchObject([
      { isExcluded: false, operands: [{ stems: "(('a1') & ('b1'))" }, {}, {}, {}] },
    ])
  })

  it('goes on without an alternative that stands nowhere', () => {
    expect(
      matchOf(parseQuery('zzz.dog or cat'), [unknown('zzz', 0), known('dog', 1, 3, 5), known('cat', 2, 1, 5)])
        ?.match,
    ).toEqual({ all: [1], any: [], none: [] })
    const words = [known('cat', 0, 1, 5), unknown('zzz', 1), known('dog', 2, 3, 5)]
    expect(matchOf(parseQuery('cat zzz.dog'), words)).toBeNull()
  })
})
