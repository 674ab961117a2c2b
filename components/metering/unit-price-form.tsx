'use client'
/** Sets what a package charges by use: the whole list at once, as its seller. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { TextField } from '#components/ui/field'
import { CircleCheckIcon } from '#components/ui/icons'
import { ApiError, callApi } from '#lib/client/api'
import type { setUnitPricesEndpoint } from '#lib/metering/endpoints'
import type { UnitPrice } from '#lib/metering/schemas'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import { type PriceRow, readRows, type RowFaults, rowsOf } from './price-rows.ts'

const ROWS_MAX = 50

export interface UnitPriceFormProps {
  handle: string
  prices: readonly UnitPrice[]
  /** Names to offer, as the manifest has them. */
  capabilities: readonly string[]
}

export function UnitPriceForm({ handle, prices, capabilities }: UnitPriceFormProps) {
  const router = useRouter()
  const listId = useId()
  const [rows, setRows] = useState(() => rowsOf(prices))
  const [nextId, setNextId] = useState(prices.length)
  const [faults, setFaults] = useState<Readonly<Record<number, RowFaults>>>({})
  const [isSaving, setSaving] = useState(false)
  const [outcome, setOutcome] = useState<{ tone: 'saved' | 'failed'; text: string } | null>(null)

  const change = (changed: PriceRow[]) => {
    setOutcome(null)
    setRows(changed)
  }
  const add = () => {
    const free = capabilities.find((name) => rows.every(({ capability }) => capability !== name))
    change([...rows, { id: nextId, capability: free ?? '', credits: '', perUnits: '1' }])
    setNextId(nextId + 1)
  }
  async function save(event: React.SubmitEvent) {
    event.preventDefault()
    if (isSaving) return
    const read = readRows(rows)
    setFaults(read.ok ? {} : read.faults)
    if (!read.ok) return setOutcome({ tone: 'failed', text: 'Please check the marked fields.' })
    setSaving(true)
    setOutcome(null)
    try {
      const { items } = await callApi<typeof setUnitPricesEndpoint>({
        ...{ method: 'PUT', path: `/api/packages/${handle}/unit-prices`, json: { items: read.items } },
      })
      setOutcome({ tone: 'saved', text: items.length === 0 ? 'Saved: nothing by use.' : 'Saved.' })
      router.refresh()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setOutcome({ tone: 'failed', text: error.message })
    } finally {
      setSaving(false)
    }
  }
  return (
    <form onSubmit={(event) => void save(event)} noValidate aria-label="Prices by use" className="grid gap-4">
      <datalist id={listId}>
        {capabilities.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {rows.length === 0 ? (
        <p className="text-sm text-muted">
          It charges nothing by use. Add what your service reports, and what it costs.
        </p>
      ) : (
        rows.map((row, index) => (
          <PriceRowFields
            key={row.id}
            row={row}
            number={index + 1}
            faults={faults[row.id] ?? {}}
            listId={listId}
            onChange={(changed) => change(rows.map((one) => (one.id === row.id ? changed : one)))}
            onRemove={() => change(rows.filter(({ id }) => id !== row.id))}
          />
        ))
      )}
      <div className="flex min-h-9 flex-wrap items-center gap-3">
        <Button type="submit" aria-disabled={isSaving}>
          {isSaving ? 'Saving…' : 'Save prices'}
        </Button>
        {rows.length < ROWS_MAX ? (
          <Button variant="secondary" onClick={add}>
            Add a price
          </Button>
        ) : null}
        <p role="status" className="text-sm text-success">
          {outcome?.tone === 'saved' ? (
            <span className="inline-flex items-center gap-1.5">
              <CircleCheckIcon /> {outcome.text}
            </span>
          ) : null}
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

interface PriceRowFieldsProps {
  row: PriceRow
  number: number
  faults: RowFaults
  listId: string
  onChange: (row: PriceRow) => void
  onRemove: () => void
}

function PriceRowFields({ row, number, faults, listId, onChange, onRemove }: PriceRowFieldsProps) {
  const { capability, credits, perUnits } = row
  return (
    <fieldset className="grid grid-cols-2 items-start gap-x-3 gap-y-2.5 border-t border-line pt-3 first-of-type:border-0 first-of-type:pt-0">
      <legend className="sr-only">Price {number}</legend>
      <div className="col-span-2">
        <TextField
          label="Capability"
          value={capability}
          list={listId}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          error={faults.capability}
          onChange={(event) => onChange({ ...row, capability: event.target.value })}
        />
      </div>
      <TextField
        label="Credits"
        value={credits}
        inputMode="numeric"
        autoComplete="off"
        error={faults.credits}
        onChange={(event) => onChange({ ...row, credits: event.target.value })}
      />
      <TextField
        label="For so many units"
        value={perUnits}
        inputMode="numeric"
        autoComplete="off"
        error={faults.perUnits}
        onChange={(event) => onChange({ ...row, perUnits: event.target.value })}
      />
      <Button variant="link" onClick={onRemove} className="col-span-2 justify-self-start text-xs">
        Remove<span className="sr-only"> the price of {capability || `row ${number}`}</span>
      </Button>
    </fieldset>
  )
}
