'use client'
/** What an operator can do with a store or a package. What hides something asks first, and for a reason. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { REASON_MAX_LENGTH } from '#lib/moderation/limits'
import { actionsOn } from '#lib/moderation/rules'
import type { DecisionAction } from '#lib/moderation/schemas'
import { useActionState, useId } from 'react'
import { ACTION_WORDS, type CaseStatus } from './case-words.ts'

export interface DecisionPanelProps {
  /** A handle, or a store's address. */
  subject: string
  isStore: boolean
  status: CaseStatus
  decide: (previous: FormState, form: FormData) => Promise<FormState>
}

export function DecisionPanel({ subject, isStore, status, decide }: DecisionPanelProps) {
  return (
    <div className="flex flex-wrap items-start gap-2">
      {actionsOn(status).map((action) => (
        <Decision key={action} action={action} {...{ subject, isStore, decide }} />
      ))}
    </div>
  )
}

interface DecisionProps extends Omit<DecisionPanelProps, 'status'> {
  action: DecisionAction
}

function Decision({ action, subject, isStore, decide }: DecisionProps) {
  const id = useId()
  const [state, submit] = useActionState(decide, idleForm)
  const { label, meaning, needsReason } = ACTION_WORDS[action]
  const hidden = (
    <>
      <input type="hidden" name="subject" value={subject} />
      <input type="hidden" name="action" value={action} />
    </>
  )
  if (action === 'approve') {
    return (
      <form action={submit} className="grid gap-2">
        {hidden}
        <SubmitButton pendingLabel="Approving…">{label}</SubmitButton>
        <FormFeedback state={state} />
      </form>
    )
  }
  return (
    <div className="grid gap-2">
      <ConfirmPopover
        id={id}
        trigger={label}
        triggerVariant={action === 'release' ? 'primary' : 'secondary'}
        title={`${label} ${subject}?`}
      >
        <form action={submit} className="grid gap-4">
          <FormFeedback state={state} />
          {hidden}
          <p className="text-sm text-muted">{meaning(isStore)}</p>
          <TextareaField
            label="Reason"
            hint="The seller reads it word for word."
            name="reason"
            required={needsReason}
            optional={!needsReason}
            maxLength={REASON_MAX_LENGTH}
            defaultValue={typed(state, 'reason')}
            error={state.fieldErrors.reason}
          />
          <SubmitButton
            variant={action === 'release' ? 'primary' : 'danger'}
            pendingLabel="One moment…"
            className="justify-self-end"
          >
            {label}
          </SubmitButton>
        </form>
      </ConfirmPopover>
      {/* Without JavaScript the page comes back with the question closed. */}
      <noscript>{state.status === 'failed' ? <p>{state.message}</p> : null}</noscript>
    </div>
  )
}
