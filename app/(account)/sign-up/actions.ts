'use server'
import type { FormState } from '#lib/identity/form-state'
import { signUpInputSchema } from '#lib/identity/schemas'
import { signUp, type SignUpOutcome } from '#lib/identity/sign-up'
import { submitForm } from '#lib/identity/submit-form'

export async function signUpAction(
  _previous: FormState<SignUpOutcome>,
  form: FormData,
): Promise<FormState<SignUpOutcome>> {
  const raw = {
    displayName: form.get('displayName'),
    email: form.get('email'),
    password: form.get('password'),
  }
  return await submitForm(form, raw, signUpInputSchema, signUp)
}
