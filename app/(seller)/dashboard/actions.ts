'use server'
/** What the dashboard's own forms do, with and without JavaScript. Each ends where the next step shows. */
import { redirect } from 'next/navigation'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { claimNamespace } from '#lib/publishing/claim-namespace'
import { openStore } from '#lib/publishing/open-store'
import { claimNamespaceSchema, openStoreSchema, submitInputSchema } from '#lib/publishing/schemas'
import { submitPackage, submitStore } from '#lib/publishing/submit-again'

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

export async function submitStoreAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { note: form.get('note') ?? '' }
  const state = await submitForm(form, raw, submitInputSchema, async ({ note }) => {
    await submitStore(await currentActor(), note)
    return null
  })
  if (state.status === 'done') redirect('/dashboard')
  return state
}

const submitPackageSchema = submitInputSchema.extend({ subject: lookupHandleSchema })

export async function submitPackageAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { subject: form.get('subject'), note: form.get('note') ?? '' }
  const state = await submitForm(form, raw, submitPackageSchema, async ({ subject, note }) => {
    await submitPackage(await currentActor(), subject, note)
    return subject
  })
  if (state.result !== null) redirect(`/dashboard/packages/${state.result}`)
  return { ...state, result: null }
}

/** A name that is taken is said beside the name, not above the form. */
function besideField(state: FormState, field: string): FormState {
  if (state.code !== 'name_taken' || state.message === null) return state
  return { ...state, fieldErrors: { ...state.fieldErrors, [field]: state.message } }
}
