'use client'
/** How many of a package are sold at most, for its seller. Seats that are taken stay taken. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { TextField } from '#components/ui/field'
import { Meter } from '#components/ui/meter'
import { ApiError, callApi } from '#lib/client/api'
import type { setStockEndpoint } from '#lib/commerce/endpoints'
import type { Stock } from '#lib/commerce/schemas'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { countOf, groupedCount } from '../catalog/compact-count.ts'

const SEATS_MAX = 1_000_000_000

type Outcome = { tone: 'saved' | 'failed'; text: string } | null

export function SeatLimit({ stock }: { stock: Stock }) {
  const router = useRouter()
  const [saved, setSaved] = useState(stock)
  const [text, setText] = useState(stock.seats === null ? '' : String(stock.seats))
  const [isSaving, setSaving] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [outcome, setOutcome] = useState<Outcome>(null)

  async function save(event: React.SubmitEvent) {
    event.preventDefault()
    if (isSaving) return
    const read = readSeats(text, saved.sold ?? 0)
    setOutcome(null)
    setFault(read.ok ? null : read.message)
    if (!read.ok) return
    setSaving(true)
    try {
      const now = await callApi<typeof setStockEndpoint>({
        ...{ method: 'PUT', path: `/api/packages/${stock.handle}/stock`, json: { seats: read.seats } },
      })
      setSaved(now)
      setText(now.seats === null ? '' : String(now.seats))
      setOutcome({ tone: 'saved', text: savedText(now, read.seats) })
      router.refresh()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setOutcome({ tone: 'failed', text: error.message })
    } finally {
      setSaving(false)
    }
  }
  return (
    <form onSubmit={(event) => void save(event)} noValidate aria-label="Seats" className="grid gap-3">
      <SeatUse stock={saved} />
      <TextField
        label="Seats to sell"
        hint="In all, sold ones included. Empty: as many as are bought."
        error={fault}
        inputMode="numeric"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setOutcome(null)
          setText(event.target.value)
        }}
      />
      <div className="flex min-h-9 flex-wrap items-center gap-3">
        <Button type="submit" variant="secondary" aria-disabled={isSaving}>
          {isSaving ? 'Saving…' : 'Save seats'}
        </Button>
        <p role="status" className="text-sm text-success">
          {outcome?.tone === 'saved' ? outcome.text : ''}
        </p>
      </div>
      {outcome?.tone === 'failed' ? (
        <Alert tone="danger" title="Not saved">
          {outcome.text}
        </Alert>
      ) : null}
    </form>
  )
}

function SeatUse({ stock: { seats, sold } }: { stock: Stock }) {
  if (seats === null || sold === null) return <p className="text-sm text-muted">No limit.</p>
  return (
    <div>
      <Meter label="Seats sold" value={sold} max={seats} />
      <p className="text-sm text-muted tabular">
        {groupedCount(sold)} of {countOf(seats, 'seat')} sold{sold >= seats ? ': sold out' : ''}
      </p>
    </div>
  )
}

function readSeats(
  text: string,
  sold: number,
): { ok: true; seats: number | null } | { ok: false; message: string } {
  const plain = text.trim().replaceAll(',', '')
  if (plain === '') return { ok: true, seats: null }
  if (!/^\d{1,10}$/.test(plain) || Number(plain) > SEATS_MAX) {
    return { ok: false, message: 'A whole number, or nothing for no limit.' }
  }
  if (Number(plain) < sold) {
    return { ok: false, message: `${groupedCount(sold)} are sold already: at least so many.` }
  }
  return { ok: true, seats: Number(plain) }
}

/** Somebody may have bought while it was typed: the limit is then what is sold. */
function savedText({ seats }: Stock, asked: number | null): string {
  if (seats === null) return 'Saved: no limit.'
  return asked === seats
    ? `Saved: ${countOf(seats, 'seat')}.`
    : `${countOf(seats, 'seat')}: so many are sold.`
}
