/** Rows of the form for prices by use: what was typed, and what it means. Pure. */
import type { UnitPrice } from '#lib/metering/schemas'

export interface PriceRow {
  /** Of the row in this form; names nothing outside. */
  id: number
  capability: string
  credits: string
  perUnits: string
}

export type RowFaults = Partial<Record<'capability' | 'credits' | 'perUnits', string>>
export type RowsRead =
  { ok: true; items: UnitPrice[] } | { ok: false; faults: Readonly<Record<number, RowFaults>> }

const CAPABILITY = /^[a-z0-9][a-z0-9._-]{0,63}$/
const MOST = 1_000_000

export function rowsOf(prices: readonly UnitPrice[]): PriceRow[] {
  return prices.map(({ capability, price, perUnits }, id) => ({
    ...{ id, capability, credits: String(price.amount), perUnits: String(perUnits) },
  }))
}

export function readRows(rows: readonly PriceRow[]): RowsRead {
  const faults: Record<number, RowFaults> = {}
  const items: UnitPrice[] = []
  for (const { id, ...row } of rows) {
    const capability = row.capability.trim()
    const amount = wholeNumber(row.credits)
    const perUnits = wholeNumber(row.perUnits)
    const fault: RowFaults = {
      ...(CAPABILITY.test(capability)
        ? items.some((item) => item.capability === capability)
          ? { capability: 'It is in the list already.' }
          : {}
        : { capability: 'Lower-case letters, digits, dots, hyphens and underscores.' }),
      ...(amount === null || amount > MOST ? { credits: 'A whole number, at most 1,000,000.' } : {}),
      ...(perUnits === null || perUnits < 1 || perUnits > MOST
        ? { perUnits: 'A whole number from 1 to 1,000,000.' }
        : {}),
    }
    if (Object.keys(fault).length > 0 || amount === null || perUnits === null) faults[id] = fault
    else items.push({ capability, price: { amount, currency: 'CRD' }, perUnits })
  }
  return Object.keys(faults).length > 0 ? { ok: false, faults } : { ok: true, items }
}

/** `1,200` and `1200`; null for anything else. */
function wholeNumber(text: string): number | null {
  const plain = text.trim()
  return /^(\d{1,3}(,\d{3})+|\d{1,9})$/.test(plain) ? Number(plain.replaceAll(',', '')) : null
}
