'use client'
/** How a side says something, with files if it likes. The seller's first word is the answer that is waited for. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { TextareaField } from '#components/ui/field'
import { STATEMENT_MAX_LENGTH } from '#lib/disputes/limits'
import type { DisputeSide } from '#lib/disputes/schemas'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'
import { EvidenceField } from './evidence-field.tsx'

export interface SpeakFormProps {
  id: string
  side: DisputeSide
  isAnswer: boolean
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function SpeakForm({ id, side, isAnswer, action }: SpeakFormProps) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="grid gap-4 rounded-lg border border-line bg-surface p-4 shadow-sm">
      <FormFeedback state={state} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="side" value={side} />
      <TextareaField
        label={isAnswer ? 'Your answer' : 'Add something'}
        hint="Everybody in this dispute reads it."
        name="text"
        required
        maxLength={STATEMENT_MAX_LENGTH}
        defaultValue={typed(state, 'text')}
        error={state.fieldErrors.text}
      />
      <EvidenceField error={state.fieldErrors.files} />
      <SubmitButton
        variant={isAnswer ? 'primary' : 'secondary'}
        pendingLabel="Sending…"
        className="justify-self-start"
      >
        {isAnswer ? 'Send the answer' : 'Send'}
      </SubmitButton>
    </form>
  )
}
