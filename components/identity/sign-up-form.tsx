'use client'
import { Alert } from '#components/ui/alert'
import { TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { DISPLAY_NAME_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '#lib/identity/limits'
import { useActionState } from 'react'
import { FocusRegion } from './focus-region.tsx'
import { FormFeedback } from './form-feedback.tsx'
import { PasswordField } from './password-field.tsx'
import { SignInForm, type SignInFormProps } from './sign-in-form.tsx'
import { SubmitButton } from './submit-button.tsx'

type Outcome = 'sign_in' | 'check_mail'

interface SignUpFormProps {
  action: (previous: FormState<Outcome>, form: FormData) => Promise<FormState<Outcome>>
  signInAction: SignInFormProps['action']
  next: string
}

export function SignUpForm({ action, signInAction, next }: SignUpFormProps) {
  const [state, formAction] = useActionState(action, idleForm)
  const email = typed(state, 'email')
  if (state.status === 'done') {
    return (
      <>
        <FocusRegion>
          <AfterSignUp outcome={state.result} email={email ?? ''} />
        </FocusRegion>
        {state.result === 'sign_in' ? <SignInForm action={signInAction} next={next} email={email} /> : null}
      </>
    )
  }
  return (
    <form action={formAction} className="grid gap-4" noValidate>
      <FormFeedback state={state} />
      <input type="hidden" name="next" value={next} />
      <TextField
        label="Name"
        name="displayName"
        autoComplete="name"
        required
        maxLength={DISPLAY_NAME_MAX_LENGTH}
        hint="What others see. You can change it later."
        defaultValue={typed(state, 'displayName')}
        error={state.fieldErrors.displayName}
      />
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={email}
        error={state.fieldErrors.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A few words make a good one.`}
        error={state.fieldErrors.password}
      />
      <SubmitButton pendingLabel="Creating your account…" size="lg">
        Create account
      </SubmitButton>
    </form>
  )
}

/** The same words whether the address was free or taken: only its owner may learn which. */
function AfterSignUp({ outcome, email }: { outcome: Outcome | null; email: string }) {
  if (outcome === 'check_mail') {
    return (
      <Alert tone="success" title="Check your mail">
        We wrote to <strong className="break-all">{email}</strong>. Open the link in that mail, then sign in.
      </Alert>
    )
  }
  return (
    <Alert tone="success" title="Almost there">
      Sign in as <strong className="break-all">{email}</strong> to begin. If you had an account with this
      address before, its old password still holds.
    </Alert>
  )
}
