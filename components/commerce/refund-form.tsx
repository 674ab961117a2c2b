'use client'
/** Gives a buyer their money back, as the seller or an operator: asks for a reason, which the buyer reads. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField } from '#components/ui/field'
import { ApiError, callApi, newIdempotencyKey } from '#lib/client/api'
import type { refundPurchaseEndpoint } from '#lib/commerce/endpoints'
import type { OrderDetail } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'

const POPOVER_ID = 'refund-order'

export function RefundForm({ order }: { order: Pick<OrderDetail, 'id' | 'paidWith'> }) {
  const router = useRouter()
  const isRunning = useRef(false)
  const [isPending, setPending] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)

  const refund = async (reason: string) => {
    if (isRunning.current) return
    isRunning.current = true
    setPending(true)
    setTrouble(null)
    try {
      await callApi<typeof refundPurchaseEndpoint>({
        method: 'POST',
        path: `/api/purchases/${order.id}/refund`,
        json: { reason },
        idempotencyKey: newIdempotencyKey(),
      })
      document.getElementById(POPOVER_ID)?.hidePopover()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setTrouble(error.message)
    }
    isRunning.current = false
    setPending(false)
    router.refresh()
  }
  return (
    <ConfirmPopover id={POPOVER_ID} trigger="Refund" title={`Refund ${formatMoney(order.paidWith)}`}>
      <form
        className="grid gap-3 text-sm"
        onSubmit={(event) => {
          event.preventDefault()
          const reason = new FormData(event.currentTarget).get('reason')
          void refund(typeof reason === 'string' ? reason : '')
        }}
      >
        <p>The whole price goes back to the buyer’s wallet, and the package leaves their library.</p>
        <TextareaField
          label="Reason"
          hint="The buyer reads it."
          name="reason"
          required
          maxLength={2000}
          rows={3}
        />
        {trouble ? <Alert tone="danger">{trouble}</Alert> : null}
        <Button type="submit" variant="danger" aria-disabled={isPending} className="justify-self-start">
          {isPending ? 'Refunding…' : 'Refund for good'}
        </Button>
      </form>
    </ConfirmPopover>
  )
}
