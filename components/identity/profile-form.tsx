'use client'
import { Alert } from '#components/ui/alert'
import { TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { DISPLAY_NAME_MAX_LENGTH } from '#lib/identity/limits'
import { useActionState } from 'react'
import { FormFeedback } from './form-feedback.tsx'
import { SubmitButton } from './submit-button.tsx'

interface ProfileFormProps {
  action: (previous: FormState, form: FormData) => Promise<FormState>
  displayName: string
  email: string
}

export function ProfileForm({ action, displayName, email }: ProfileFormProps) {
  const [state, formAction] = useActionState(action, idleForm)
  return (
    <form action={formAction} className="grid gap-4" noValidate>
      <FormFeedback state={state} />
      {state.status === 'done' ? <Alert tone="success">Saved.</Alert> : null}
      <TextField
        label="Name"
        name="displayName"
        autoComplete="name"
        required
        maxLength={DISPLAY_NAME_MAX_LENGTH}
        hint="Stands beside your reviews and packages."
        defaultValue={typed(state, 'displayName') ?? displayName}
        error={state.fieldErrors.displayName}
      />
      <dl className="grid gap-1.5">
        <dt className="text-sm font-medium">Email</dt>
        <dd className="break-all">{email}</dd>
        <dd className="text-xs text-muted">You sign in with it. Nobody else sees it.</dd>
      </dl>
      <SubmitButton pendingLabel="Saving…" className="justify-self-start">
        Save profile
      </SubmitButton>
    </form>
  )
}
