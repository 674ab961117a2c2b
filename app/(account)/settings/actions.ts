'use server'
import { refresh } from 'next/cache'
import { currentActor } from '#lib/http/actor'
import { changePassword } from '#lib/identity/change-password'
import type { FormState } from '#lib/identity/form-state'
import { changePasswordInputSchema, updateProfileInputSchema } from '#lib/identity/schemas'
import { submitForm } from '#lib/identity/submit-form'
import { updateProfile } from '#lib/identity/update-profile'

export async function updateProfileAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { displayName: form.get('displayName') }
  const state = await submitForm(form, raw, updateProfileInputSchema, async (input) => {
    await updateProfile(await currentActor(), input)
    return null
  })
  // The name also stands in the frame of every page.
  if (state.status === 'done') refresh()
  return state
}

export async function changePasswordAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { currentPassword: form.get('currentPassword'), newPassword: form.get('newPassword') }
  return await submitForm(form, raw, changePasswordInputSchema, async (input) => {
    await changePassword(await currentActor(), input)
    return null
  })
}
