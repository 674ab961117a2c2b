'use client'
import { TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { withNext } from '#lib/identity/rules'
import Link from 'next/link'
import { useActionState } from 'react'
import { FormFeedback } from './form-feedback.tsx'
import { PasswordField } from './password-field.tsx'
import { SubmitButton } from './submit-button.tsx'

export interface SignInFormProps {
  action: (previous: FormState, form: FormData) => Promise<FormState>
  next: string
  email?: string
}

export function SignInForm({ action, next, email }: SignInFormProps) {
  // Without JavaScript the answer is shown by the sign-in page, also when this form stands on another.
  const [state, formAction] = useActionState(action, idleForm, withNext('/sign-in', next))
  return (
    <form action={formAction} className="grid gap-4" noValidate>
      <FormFeedback state={state} />
      <input type="hidden" name="next" value={next} />
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={typed(state, 'email') ?? email}
        error={state.fieldErrors.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        error={state.fieldErrors.password}
      />
      <SubmitButton pendingLabel="Signing in…" size="lg">
        Sign in
      </SubmitButton>
      <Link
        href="/forgot-password"
        className="justify-self-center text-sm text-brand-ink underline underline-offset-4"
      >
        Forgot your password?
      </Link>
    </form>
  )
}
