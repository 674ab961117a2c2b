'use client'
/**
 * Price, category and visibility of a package. Visibility shows its new state at once and goes back, saying why, when the
 * server did not agree; nothing claims to be saved before it is.
 */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { Field } from '#components/ui/field'
import { CircleCheckIcon } from '#components/ui/icons'
import { Select } from '#components/ui/select'
import { ApiError, callApi } from '#lib/client/api'
import { formatPrice } from '#lib/kernel/money-text'
import type { updatePackageEndpoint } from '#lib/publishing/endpoints'
import type { UpdatePackageInput } from '#lib/publishing/schemas'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { formatPriceInput, parsePrice } from './price-input.ts'
import { PriceField } from './price-field.tsx'
import { VisibilitySwitch } from './visibility-switch.tsx'

export interface PackageSettingsProps {
  handle: string
  priceAmount: number
  categorySlug: string
  isAvailable: boolean
  categories: readonly { slug: string; name: string }[]
}

type Outcome = { tone: 'saved' | 'failed'; text: string } | null

export function PackageSettings(props: PackageSettingsProps) {
  const { handle, isAvailable } = props
  const router = useRouter()
  return (
    <Card>
      <CardHeader>
        <CardTitle>Price and place</CardTitle>
      </CardHeader>
      <CardBody>
        <PriceAndCategory {...props} />
        <VisibilitySwitch
          isAvailable={isAvailable}
          onChange={async (wanted) => {
            await changePackage(handle, { isAvailable: wanted })
            router.refresh()
          }}
        />
      </CardBody>
    </Card>
  )
}

function PriceAndCategory(props: PackageSettingsProps) {
  const { handle, categories } = props
  const router = useRouter()
  const [saved, setSaved] = useState({ amount: props.priceAmount, category: props.categorySlug })
  const [price, setPrice] = useState(formatPriceInput(props.priceAmount))
  const [category, setCategory] = useState(props.categorySlug)
  const [isSaving, setIsSaving] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>(null)
  const priceInput = useRef<HTMLInputElement>(null)
  const read = parsePrice(price)
  const isChanged = category !== saved.category || !read.ok || read.amount !== saved.amount

  async function save(event: React.SubmitEvent) {
    event.preventDefault()
    if (isSaving || !isChanged) return
    if (!read.ok) return priceInput.current?.focus()
    setIsSaving(true)
    setOutcome(null)
    try {
      const changes: UpdatePackageInput = {
        ...(read.amount === saved.amount ? {} : { price: { amount: read.amount, currency: 'USD' } }),
        ...(category === saved.category ? {} : { category }),
      }
      const card = await changePackage(handle, changes)
      setSaved({ amount: card.price.amount, category: card.category.slug })
      setPrice(formatPriceInput(card.price.amount))
      setOutcome({ tone: 'saved', text: `Saved: ${formatPrice(card.price)}, in ${card.category.name}.` })
      router.refresh()
    } catch (error) {
      setOutcome({ tone: 'failed', text: failureText(error) })
    } finally {
      setIsSaving(false)
    }
  }

  return (
    <form onSubmit={(event) => void save(event)} noValidate className="grid gap-4">
      <PriceField
        ref={priceInput}
        value={price}
        onChange={(text) => {
          setOutcome(null)
          setPrice(text)
        }}
      />
      <Field label="Category">
        {(control) => (
          <Select
            {...control}
            name="category"
            value={category}
            onChange={(event) => {
              setOutcome(null)
              setCategory(event.target.value)
            }}
          >
            {categories.map(({ slug, name }) => (
              <option key={slug} value={slug}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex min-h-9 flex-wrap items-center gap-3">
        <Button type="submit" aria-disabled={isSaving || !isChanged}>
          {isSaving ? 'Saving…' : 'Save'}
        </Button>
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

async function changePackage(handle: string, changes: UpdatePackageInput) {
  return await callApi<typeof updatePackageEndpoint>({
    method: 'PATCH',
    path: `/api/packages/${handle}`,
    json: changes,
  })
}

function failureText(error: unknown): string {
  if (!(error instanceof ApiError)) throw error
  const [issue] = error.issues
  return issue ? `${error.message} ${issue.message}` : error.message
}
