'use server'
/** What the dashboard's own forms do, with and without JavaScript. Each ends where the next step shows. */
import { redirect } from 'next/navigation'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import { claimNamespace } from '#lib/publishing/claim-namespace'
import { openStore } from '#lib/publishing/open-store'
import { claimNamespaceSchema, openStoreSchema } from '#lib/publishing/schemas'

export async function openStoreAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { slug: form.get('slug'), name: form.get('name'), description: form.get('description') ?? '' }
  const state = await submitForm(form, raw, openStoreSchema, async (input) => {
    await openStore(requirePersonToWrite(await currentActor()), input)
    return null
  })
  // Whoever has a store already, perhaps from another tab, wants to see it.
  if (state.status === 'done' || state.code === 'store_exists') redirect('/dashboard')
  return besideField(state, 'slug')
}

export async function claimNamespaceAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, { name: form.get('name') }, claimNamespaceSchema, async ({ name }) => {
    await claimNamespace(requirePersonToWrite(await currentActor()), name)
    return null
  })
  if (state.status === 'done') redirect('/dashboard')
  return besideField(state, 'name')
}

/** A name that is taken is said beside the name, not above the form. */
function besideField(state: FormState, field: string): FormState {
  if (state.code !== 'name_taken' || state.message === null) return state
  return { ...state, fieldErrors: { ...state.fieldErrors, [field]: state.message } }
}
