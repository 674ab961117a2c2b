'use client'
import { Alert } from '#components/ui/alert'
import { type FormState, idleForm } from '#lib/identity/form-state'
import { PASSWORD_MIN_LENGTH } from '#lib/identity/limits'
import Link from 'next/link'
import { useActionState } from 'react'
import { FormFeedback } from './form-feedback.tsx'
import { PasswordField } from './password-field.tsx'
import { SubmitButton } from './submit-button.tsx'

interface ChangePasswordFormProps {
  action: (previous: FormState, form: FormData) => Promise<FormState>
  /** For password managers: they file the new password under it. */
  email: string
}

export function ChangePasswordForm({ action, email }: ChangePasswordFormProps) {
  const [state, formAction] = useActionState(action, idleForm)
  return (
    <form action={formAction} className="grid gap-4" noValidate>
      <FormFeedback state={state} />
      {state.status === 'done' ? (
        <Alert tone="success">Your password is changed. Your other devices are signed out.</Alert>
      ) : null}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label="Current password"
        name="currentPassword"
        autoComplete="current-password"
        required
        error={state.fieldErrors.currentPassword}
      />
      <PasswordField
        label="New password"
        name="newPassword"
        autoComplete="new-password"
        required
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A few words make a good one.`}
        error={state.fieldErrors.newPassword}
      />
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <SubmitButton pendingLabel="Changing…">Change password</SubmitButton>
        <Link href="/forgot-password" className="text-sm text-brand-ink underline underline-offset-4">
          Forgot the current one?
        </Link>
      </div>
    </form>
  )
}
