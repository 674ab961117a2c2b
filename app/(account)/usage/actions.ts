'use server'
import { refresh } from 'next/cache'
import { z } from 'zod'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { Problem } from '#lib/kernel/problem'
import { revokeBudget } from '#lib/metering/revoke-budget'
import { budgetInputSchema } from '#lib/metering/schemas'
import { setBudget } from '#lib/metering/set-budget'

const formSchema = z.object({
  handle: lookupHandleSchema,
  credits: z
    .string()
    .regex(/^[1-9]\d{0,7}$/, 'A whole number of credits, at least 1.')
    .transform(Number),
})

export async function setBudgetAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = { handle: form.get('handle'), credits: form.get('credits') }
  const state = await submitForm(form, raw, formSchema, async ({ handle, credits }) => {
    const limit = { amount: credits, currency: 'CRD' }
    await setBudget(requirePersonToWrite(await currentActor()), handle, budgetInputSchema.parse({ limit }))
  })
  if (state.status === 'done') refresh()
  return { ...state, result: null }
}

export async function revokeBudgetAction(form: FormData): Promise<void> {
  const handle = form.get('handle')
  const actor = requirePersonToWrite(await currentActor())
  await revokeBudget(actor, typeof handle === 'string' ? handle : '').catch((error: unknown) => {
    // Revoked in another window: the page shows so.
    if (!(error instanceof Problem && error.code === 'not_found')) throw error
  })
  refresh()
}
