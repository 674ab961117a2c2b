import { describe, expect, it } from 'vitest'
import { parseQuery } from './parse-query.ts'
import { choiceOf, matchOf, planSearch, type ResolvedWord } from './plan.ts'

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
const planOf = (counts: number[], rowCount = 1_000_000) =>
  planSearch({
    rowCount,
    choices: counts.map((count, index) => ({ ids: [index], count })),
    names: null,
    needed: 25,
    isChecked: false,
  })

describe('planSearch', () => {
  it('reads few matches whole, so that they are counted exactly', () => {
    expect(planOf([8_000]).isFew).toBe(true)
    expect(planOf([30_000, 200_000]).isFew).toBe(true)
    expect(planOf([500_000], 15_000).isFew).toBe(true)
  })

  it('reads only the most popular rows for a word of middling frequency', () => {
    expect(planOf([15_000])).toMatchObject({ isFew: false, readsHead: true })
  })

  it('walks the order for a common word, and never far', () => {
    const plan = planOf([360_000])
    expect(plan).toMatchObject({ isFew: false, readsHead: false })
    expect(plan.walkRows).toBeGreaterThan(0)
    for (const count of [1, 100, 5_000, 13_000, 100_000, 999_999]) {
      expect(planOf([count]).walkRows).toBeLessThanOrEqual(60_000)
    }
  })

  it('sorts rare matches rather than walk for them', () => {
    expect(planOf([150]).walkRows).toBe(0)
  })
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
    const words = [known('a1', 0, 1, 5), known('b1', 1, 2, 5), known('c1', 2, 3, 5), known('d1', 3, 4, 5)]
    const matching = matchOf(parseQuery('a1 -b1 -"c1 d1"'), words)
    expect(matching?.match).toEqual({ all: [1], any: [], none: [2] })
    expect(matching?.checks).toMatchObject([{ isExcluded: true, operands: [{ words: ['c1', 'd1'] }] }])
  })

  it('takes either of two alternatives', () => {
    const matching = matchOf(parseQuery('cat or dog'), [known('cat', 0, 1, 5), known('dog', 1, 2, 7)])
    expect(matching?.match.any).toEqual([[1, 2]])
    expect(matching?.choices).toEqual([{ ids: [1, 2], count: 12 }])
  })
})

describe('choiceOf', () => {
  it('takes the commonest beginnings, and not so many that testing a row becomes dear', () => {
    const others = Array.from({ length: 16 }, (_, index) => ({
      ...{ word: `da${index}`, stem: `da${index}`, name: null },
      text: [100 + index, 1000 - index] as [number, number],
    }))
    const { ids } = choiceOf({ ...known('da', 0, 1, 10), others, othersAre: 'beginning' }, 'text')
    expect(ids[0]).toBe(1)
    expect(ids.length).toBeLessThanOrEqual(10)
    expect(ids).toContain(100)
  })
})
