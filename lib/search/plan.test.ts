import { describe, expect, it } from 'vitest'
import { choiceOf, planSearch, type ResolvedWord } from './plan.ts'

function known(word: string, at: number, id: number, count: number): ResolvedWord {
  return {
    ...{ word, stem: word, at, isStop: false, others: [], othersAre: null },
    ...{ text: [id, count], name: [id + 1000, Math.ceil(count / 10)] },
  }
}
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
    expect(planOf([12_000])).toMatchObject({ isFew: false, readsHead: true })
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
