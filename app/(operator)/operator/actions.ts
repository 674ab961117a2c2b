'use server'
/** What operators decide by forms, with and without JavaScript. Each ends on the case, which says what became of it. */
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import { lookupHandleSchema, lookupNameSchema } from '#lib/kernel/handle-schema'
import { decidePackage } from '#lib/moderation/decide-package'
import { decideStore } from '#lib/moderation/decide-store'
import { decisionActionSchema, decisionInputSchema } from '#lib/moderation/schemas'
import { deleteVersion } from '#lib/publishing/delete-version'
import { deleteVersionSchema } from '#lib/publishing/schemas'
import { startIndexRebuild } from '#lib/search/rebuild-index'

const NEEDS_REASON = ['reject', 'quarantine']

export async function decidePackageAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, rawOf(form), decisionForm(lookupHandleSchema), async (input) => {
    const actor = requirePersonToWrite(await currentActor())
    await decidePackage(actor, input.subject, input.action, input.reason)
    return null
  })
  if (state.status === 'done')
    redirect(`/operator/packages/${textOf(form, 'subject')}?done=${textOf(form, 'action')}`)
  return state
}

export async function decideStoreAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, rawOf(form), decisionForm(lookupNameSchema), async (input) => {
    const actor = requirePersonToWrite(await currentActor())
    await decideStore(actor, input.subject, input.action, input.reason)
    return null
  })
  if (state.status === 'done')
    redirect(`/operator/stores/${textOf(form, 'subject')}?done=${textOf(form, 'action')}`)
  return state
}

/** Deletes one version. It ends on the case, which shows the number that is left. */
export async function deleteVersionAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = Object.fromEntries([...form].filter(([name]) => !name.startsWith('$')))
  const state = await submitForm(form, raw, deletionForm, async ({ handle, version, reason }) => {
    const actor = requirePersonToWrite(await currentActor())
    await deleteVersion(actor, handle, version, reason)
    return handle
  })
  if (state.result !== null) redirect(`/operator/packages/${state.result}?done=delete`)
  return { ...state, result: null }
}

const deletionForm = z
  .object({
    handle: lookupHandleSchema,
    version: z.string().min(1).max(128),
    reason: deleteVersionSchema.shape.reason,
    confirmation: z.string().trim(),
  })
  .refine(({ version, confirmation }) => version === confirmation, {
    path: ['confirmation'],
    message: 'Type the version exactly as it stands above.',
    // Said beside whatever else is missing.
    when: () => true,
  })

/** For browsers without JavaScript; others ask the API and watch. */
export async function rebuildIndexAction(): Promise<void> {
  await startIndexRebuild(requirePersonToWrite(await currentActor()))
  redirect('/operator')
}

/** The API leaves the reason open; people at a form owe one to whom it hurts. */
function decisionForm(subject: typeof lookupHandleSchema) {
  return z
    .object({ subject, action: decisionActionSchema, reason: decisionInputSchema.shape.reason })
    .refine(({ action, reason }) => reason !== '' || !NEEDS_REASON.includes(action), {
      path: ['reason'],
      message: 'Say why: the seller has nothing else to go by.',
    })
}

function rawOf(form: FormData) {
  return {
    subject: form.get('subject'),
    action: form.get('action'),
    reason: form.get('reason') ?? undefined,
  }
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
