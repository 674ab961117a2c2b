'use client'
import { Alert } from '#components/ui/alert'
import { TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'
import { FocusRegion } from './focus-region.tsx'
import { FormFeedback } from './form-feedback.tsx'
import { SubmitButton } from './submit-button.tsx'

interface ForgotPasswordFormProps {
  action: (previous: FormState, form: FormData) => Promise<FormState>
  /** The embedded stack sends no mail: it prints it. */
  mailsArePrinted: boolean
}

export function ForgotPasswordForm({ action, mailsArePrinted }: ForgotPasswordFormProps) {
  const [state, formAction] = useActionState(action, idleForm)
  if (state.status === 'done') {
    return (
      <FocusRegion>
        <Alert tone="success" title="Check your mail">
          If <strong className="break-all">{typed(state, 'email')}</strong> has an account, a link is on its
          way. It works once, for an hour.
          {mailsArePrinted ? ' This site runs on its own: look for the mail in the log of its server.' : null}
        </Alert>
      </FocusRegion>
    )
  }
  return (
    <form action={formAction} className="grid gap-4" noValidate>
      <FormFeedback state={state} />
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={typed(state, 'email')}
        error={state.fieldErrors.email}
      />
      <SubmitButton pendingLabel="Sending…" size="lg">
        Send the link
      </SubmitButton>
    </form>
  )
}
