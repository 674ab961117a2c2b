'use server'
import { redirect } from 'next/navigation'
import type { FormState } from '#lib/identity/form-state'
import { safeNextPath } from '#lib/identity/rules'
import { signInInputSchema } from '#lib/identity/schemas'
import { signIn } from '#lib/identity/sign-in'
import { submitForm } from '#lib/identity/submit-form'

export async function signInAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { email: form.get('email'), password: form.get('password') }
  const state = await submitForm(form, raw, signInInputSchema, async (input) => {
    await signIn(input)
    return null
  })
  if (state.status === 'done') redirect(safeNextPath(form.get('next')))
  return state
}
