'use server'
import type { FormState } from '#lib/identity/form-state'
import { requestPasswordReset } from '#lib/identity/request-password-reset'
import { requestResetInputSchema } from '#lib/identity/schemas'
import { submitForm } from '#lib/identity/submit-form'

export async function requestResetAction(_previous: FormState, form: FormData): Promise<FormState> {
  return await submitForm(form, { email: form.get('email') }, requestResetInputSchema, async ({ email }) => {
    await requestPasswordReset(email)
    return null
  })
}
