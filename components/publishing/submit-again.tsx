'use client'
/** What an operator wrote against something, and the way to hand it in again. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { TextareaField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

export type SubmitAgainAction = (previous: FormState, form: FormData) => Promise<FormState>

export function Reason({ reason }: { reason: string }) {
  return reason === '' ? (
    <p className="mt-1.5 text-muted">No reason was given.</p>
  ) : (
    <blockquote className="mt-1.5 border-l-2 border-current/30 pl-3 break-words whitespace-pre-line">
      {reason}
    </blockquote>
  )
}

/** `subject` is a handle; null hands in the store. */
export function SubmitAgain({ action, subject }: { action: SubmitAgainAction; subject: string | null }) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="mt-4 grid max-w-xl gap-3 text-ink">
      <FormFeedback state={state} />
      {subject === null ? null : <input type="hidden" name="subject" value={subject} />}
      <TextareaField
        label="What has changed"
        hint="The operator reads it beside the manifest."
        name="note"
        optional
        maxLength={1000}
        rows={3}
        defaultValue={typed(state, 'note')}
        error={state.fieldErrors.note}
      />
      <SubmitButton pendingLabel="Submitting…" className="justify-self-start">
        Submit again
      </SubmitButton>
    </form>
  )
}
