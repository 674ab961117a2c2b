'use client'
/** Where payouts go, and what is missing before they can. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { Badge } from '#components/ui/badge'
import { type FormState, idleForm } from '#lib/identity/form-state'
import { formatMoney } from '#lib/kernel/money-text'
import type { PayoutAccount } from '#lib/payments/schemas'
import { useActionState } from 'react'

const STATES = {
  none: { label: 'Not set up', tone: 'neutral' },
  incomplete: { label: 'Incomplete', tone: 'warning' },
  ready: { label: 'Ready', tone: 'success' },
} as const

export interface PayoutPanelProps {
  account: PayoutAccount
  connectAction: (previous: FormState, form: FormData) => Promise<FormState>
}

export function PayoutPanel({ account, connectAction }: PayoutPanelProps) {
  const [state, submit] = useActionState(connectAction, idleForm)
  const { label, tone } = STATES[account.state]
  return (
    <div className="grid gap-3 text-sm">
      <p className="flex items-center justify-between gap-3">
        <span className="text-muted">Your account at Stripe</span>
        <Badge tone={account.isAvailable ? tone : 'neutral'}>
          {account.isAvailable ? label : 'Unavailable'}
        </Badge>
      </p>
      {account.reason === null ? null : <p>{account.reason} What you earn stays payable until they are.</p>}
      {account.requirements.length > 0 ? (
        <p>
          Stripe still wants to know:{' '}
          {account.requirements.map((name) => name.replaceAll(/[._]/g, ' ')).join(', ')}.
        </p>
      ) : null}
      <p className="text-xs text-muted">
        Once a day, from {formatMoney(account.minimum)} on. One credit is one US cent.
      </p>
      {account.isAvailable && account.state !== 'ready' ? (
        <form action={submit} className="grid justify-items-start gap-3">
          <FormFeedback state={state} />
          <SubmitButton pendingLabel="Opening Stripe…">
            {account.state === 'none' ? 'Set up payouts' : 'Go on at Stripe'}
          </SubmitButton>
        </form>
      ) : null}
    </div>
  )
}
