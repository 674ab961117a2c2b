import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCsv } from './csv.ts'

/** Reads CSV back, as RFC 4180 writes it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

describe('CSV', () => {
  it('holds any text in its cell, whatever quotes, commas and line breaks it has', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.integer()), { maxLength: 20 }), (rows) => {
        const [, ...read] = parseCsv(formatCsv(['text', 'number'], rows))
        expect(read.map(([text = '', number]) => [text.replace(/^'/, ''), number])).toEqual(
          rows.map(([text, number]) => [text.replace(/^'/, ''), String(number)]),
        )
      }),
    )
  })

  it.each(['=1+1', '+1', '-1+cmd', '@sum', '\t=1', '\r=1', ' =1'])('never begins a formula: %j', (text) => {
    const [[cell = ''] = []] = parseCsv(formatCsv([], [[text]])).slice(1)
    expect(cell.startsWith("'")).toBe(true)
  })

  it('leaves numbers and ordinary text as they are', () => {
    expect(formatCsv(['a', 'b', 'c'], [['demo/tool', -12, null]])).toBe('a,b,c\r\ndemo/tool,-12,\r\n')
  })
})
