'use server'
import { refresh } from 'next/cache'
import { currentActor } from '#lib/http/actor'
import { createToken } from '#lib/identity/create-token'
import type { FormState } from '#lib/identity/form-state'
import { revokeToken } from '#lib/identity/revoke-token'
import { type CreatedToken, createTokenInputSchema, tokenParamsSchema } from '#lib/identity/schemas'
import { submitForm } from '#lib/identity/submit-form'

export async function createTokenAction(
  _previous: FormState<CreatedToken>,
  form: FormData,
): Promise<FormState<CreatedToken>> {
  const raw = {
    name: form.get('name'),
    scopes: form.getAll('scopes'),
    namespaces: form.get('reach') === 'some' ? form.getAll('namespaces') : undefined,
    expiresInDays: Number(form.get('expiresInDays')),
  }
  const state = await submitForm(form, raw, createTokenInputSchema, async (input) => {
    return await createToken(await currentActor(), input)
  })
  if (state.status === 'done') refresh()
  return state
}

export async function revokeTokenAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, { id: form.get('id') }, tokenParamsSchema, async ({ id }) => {
    await revokeToken(await currentActor(), id)
    return null
  })
  // Also after a refusal: the token may have been revoked in another window.
  refresh()
  return state
}
