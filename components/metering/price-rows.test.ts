import { describe, expect, it } from 'vitest'
import { readRows, rowsOf } from './price-rows.ts'

const row = (id: number, capability: string, credits: string, perUnits: string) => ({
  ...{ id, capability, credits, perUnits },
})

describe('prices by use as they are typed', () => {
  it('come back as they were set', () => {
    const items = [
      { capability: 'words', price: { amount: 3, currency: 'CRD' as const }, perUnits: 1000 },
      { capability: 'images', price: { amount: 5, currency: 'CRD' as const }, perUnits: 1 },
    ]
    expect(readRows(rowsOf(items))).toEqual({ ok: true, items })
    expect(readRows([row(1, ' words ', '1,200', '1')])).toMatchObject({
      items: [{ price: { amount: 1200 } }],
    })
  })
  it('are faulted field by field', () => {
    const read = readRows([row(7, 'Words!', '1.5', '0'), row(8, 'a', '1', '1'), row(9, 'a', '', '2')])
    if (read.ok) throw new Error('It was taken')
    expect(Object.keys(read.faults[7] ?? {})).toEqual(['capability', 'credits', 'perUnits'])
    expect(read.faults[8]).toBeUndefined()
    expect(read.faults[9]).toMatchObject({ capability: 'It is in the list already.' })
    expect(read.faults[9]).toHaveProperty('credits')
  })
})
