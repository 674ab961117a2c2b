'use server'
import { redirect } from 'next/navigation'
import type { FormState } from '#lib/identity/form-state'
import { resetPassword } from '#lib/identity/reset-password'
import { resetPasswordInputSchema } from '#lib/identity/schemas'
import { submitForm } from '#lib/identity/submit-form'

export async function resetPasswordAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = {
    password: form.get('password'),
    tokenHash: form.get('tokenHash') ?? undefined,
    code: form.get('code') ?? undefined,
  }
  const state = await submitForm(form, raw, resetPasswordInputSchema, async (input) => {
    await resetPassword(input)
    return null
  })
  if (state.status === 'done') redirect('/settings?notice=password-changed')
  return state
}
