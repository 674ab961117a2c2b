'use client'
/** The operator's verdict: one of two, and a reason that both sides read. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { TextareaField } from '#components/ui/field'
import { STATEMENT_MAX_LENGTH } from '#lib/disputes/limits'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

const OUTCOMES = [
  { value: 'refunded', label: 'Refund the buyer', text: 'Price and fee go back to their wallet.' },
  { value: 'upheld', label: 'The sale stands', text: 'The seller is paid.' },
] as const

export interface DecideFormProps {
  id: string
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function DecideForm({ id, action }: DecideFormProps) {
  const [state, submit] = useActionState(action, idleForm)
  const chosen = typed(state, 'outcome')
  return (
    <form action={submit} className="grid gap-4">
      <FormFeedback state={state} />
      <input type="hidden" name="id" value={id} />
      <fieldset className="grid gap-2">
        <legend className="sr-only">Outcome</legend>
        {OUTCOMES.map(({ value, label, text }) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-3 rounded-md border border-line px-3 py-2.5 has-checked:border-brand has-checked:bg-brand-soft"
          >
            <input
              type="radio"
              name="outcome"
              value={value}
              required
              defaultChecked={chosen === value}
              className="mt-1 size-4 accent-brand"
            />
            <span className="text-sm font-semibold">
              {label}
              <span className="block text-xs font-normal text-muted">{text}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <TextareaField
        label="Reason"
        hint="Both sides read it word for word."
        name="reason"
        required
        maxLength={STATEMENT_MAX_LENGTH}
        defaultValue={typed(state, 'reason')}
        error={state.fieldErrors.reason}
      />
      <SubmitButton pendingLabel="Deciding…" className="justify-self-start">
        Decide for good
      </SubmitButton>
    </form>
  )
}
