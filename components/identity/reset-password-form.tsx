'use client'
import { type FormState, idleForm } from '#lib/identity/form-state'
import { PASSWORD_MIN_LENGTH } from '#lib/identity/limits'
import Link from 'next/link'
import { useActionState } from 'react'
import { FormFeedback } from './form-feedback.tsx'
import { PasswordField } from './password-field.tsx'
import { SubmitButton } from './submit-button.tsx'

interface ResetPasswordFormProps {
  action: (previous: FormState, form: FormData) => Promise<FormState>
  tokenHash?: string
  code?: string
}

export function ResetPasswordForm({ action, tokenHash, code }: ResetPasswordFormProps) {
  const [state, formAction] = useActionState(action, idleForm)
  return (
    <form action={formAction} className="grid gap-4" noValidate>
      <FormFeedback state={state}>
        {state.code === 'gone' ? (
          <Link href="/forgot-password" className="font-medium underline underline-offset-4">
            Ask for a new link
          </Link>
        ) : null}
      </FormFeedback>
      {tokenHash === undefined ? null : <input type="hidden" name="tokenHash" value={tokenHash} />}
      {code === undefined ? null : <input type="hidden" name="code" value={code} />}
      <PasswordField
        label="New password"
        name="password"
        autoComplete="new-password"
        required
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A few words make a good one.`}
        error={state.fieldErrors.password}
      />
      <SubmitButton pendingLabel="Saving…" size="lg">
        Set password and sign in
      </SubmitButton>
    </form>
  )
}
