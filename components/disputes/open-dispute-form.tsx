'use client'
/** How a buyer says what is wrong. It says before what will happen after. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { Field, TextareaField } from '#components/ui/field'
import { Select } from '#components/ui/select'
import { STATEMENT_MAX_LENGTH } from '#lib/disputes/limits'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'
import { CODE_WORDS } from './dispute-words.ts'
import { EvidenceField } from './evidence-field.tsx'

export interface OpenDisputeFormProps {
  id: string
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function OpenDisputeForm({ id, action }: OpenDisputeFormProps) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="grid gap-5">
      <FormFeedback state={state} />
      <input type="hidden" name="id" value={id} />
      <Field label="What is wrong?" error={state.fieldErrors.code}>
        {(control) => (
          <Select {...control} name="code" defaultValue={typed(state, 'code') ?? 'not_working'}>
            {Object.entries(CODE_WORDS).map(([code, words]) => (
              <option key={code} value={code}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <TextareaField
        label="Tell the seller what happened"
        hint="What you did, what you expected and what came instead. The seller reads it word for word."
        name="reason"
        required
        rows={6}
        maxLength={STATEMENT_MAX_LENGTH}
        defaultValue={typed(state, 'reason')}
        error={state.fieldErrors.reason}
      />
      <EvidenceField error={state.fieldErrors.files} />
      <SubmitButton pendingLabel="Sending…" className="justify-self-start">
        Report the problem
      </SubmitButton>
    </form>
  )
}
