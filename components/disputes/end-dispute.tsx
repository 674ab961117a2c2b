'use client'
/** How a side ends a dispute by giving in. It cannot be taken back, so it asks first. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField } from '#components/ui/field'
import { STATEMENT_MAX_LENGTH } from '#lib/disputes/limits'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

const WORDS = {
  withdraw: {
    trigger: 'Withdraw the report',
    title: 'Let the sale stand?',
    text: 'The seller keeps the money and you keep the package. You cannot report this order again.',
    button: 'Withdraw for good',
  },
  refund: {
    trigger: 'Refund the buyer',
    title: 'Refund the buyer?',
    text: 'The whole price goes back to their wallet and the package leaves their library.',
    button: 'Refund for good',
  },
} as const

export interface EndDisputeProps {
  kind: keyof typeof WORDS
  id: string
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function EndDispute({ kind, id, action }: EndDisputeProps) {
  const [state, submit] = useActionState(action, idleForm)
  const { trigger, title, text, button } = WORDS[kind]
  return (
    <div className="grid justify-items-start gap-2">
      <ConfirmPopover id={`${kind}-dispute`} trigger={trigger} title={title}>
        <form action={submit} className="grid gap-4">
          <FormFeedback state={state} />
          <input type="hidden" name="id" value={id} />
          <p className="text-sm text-muted">{text}</p>
          {kind === 'refund' ? (
            <TextareaField
              label="Reason"
              hint="The buyer reads it."
              name="reason"
              required
              maxLength={STATEMENT_MAX_LENGTH}
              defaultValue={typed(state, 'reason')}
              error={state.fieldErrors.reason}
            />
          ) : null}
          <SubmitButton variant="danger" pendingLabel="One moment…" className="justify-self-end">
            {button}
          </SubmitButton>
        </form>
      </ConfirmPopover>
      {/* Without JavaScript the page comes back with the question closed. */}
      <noscript>{state.status === 'failed' ? <p>{state.message}</p> : null}</noscript>
    </div>
  )
}
