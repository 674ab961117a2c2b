'use server'
/** What a seller does with a published version or a whole package, by forms, with and without JavaScript. */
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { deprecatePackage, deprecateVersion } from '#lib/publishing/deprecate'
import { deprecateSchema, yankSchema } from '#lib/publishing/schemas'
import { unyankVersion, yankVersion } from '#lib/publishing/yank-version'

const subject = { handle: lookupHandleSchema, version: z.string().min(1).max(128) }
const versionFormSchema = z.discriminatedUnion('deed', [
  // People at a form owe a reason, which the API leaves open.
  z.object({ ...subject, deed: z.literal('yank'), reason: yankSchema.shape.reason.unwrap() }),
  z.object({ ...subject, deed: z.literal('unyank') }),
  z.object({ ...subject, deed: z.literal('deprecate'), ...deprecateSchema.shape }),
  z.object({ ...subject, deed: z.literal('undeprecate') }),
])

const packageFormSchema = z.discriminatedUnion('deed', [
  z.object({ handle: lookupHandleSchema, deed: z.literal('deprecate'), ...deprecateSchema.shape }),
  z.object({ handle: lookupHandleSchema, deed: z.literal('undeprecate') }),
])

export async function changeVersionAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, rawOf(form), versionFormSchema, async (input) => {
    const actor = requirePersonToWrite(await currentActor())
    const { handle, version } = input
    if (input.deed === 'yank') await yankVersion(actor, handle, version, input.reason)
    else if (input.deed === 'unyank') await unyankVersion(actor, handle, version)
    else if (input.deed === 'undeprecate') await deprecateVersion(actor, handle, version, null)
    else
      await deprecateVersion(actor, handle, version, { message: input.message, useInstead: input.useInstead })
    return handle
  })
  return endOf(state)
}

export async function deprecatePackageAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, rawOf(form), packageFormSchema, async (input) => {
    const actor = requirePersonToWrite(await currentActor())
    const { handle } = input
    const advice =
      input.deed === 'deprecate' ? { message: input.message, useInstead: input.useInstead } : null
    await deprecatePackage(actor, handle, advice)
    return handle
  })
  return endOf(state)
}

/** An empty field is one that was left out, except where something must be said. */
function rawOf(form: FormData): Record<string, unknown> {
  const given = [...form.entries()].filter(([, value]) => typeof value === 'string' && value !== '')
  return { reason: '', message: '', ...Object.fromEntries(given) }
}

/** The same page, with every question closed. */
function endOf(state: FormState<string>): FormState {
  if (state.result !== null) redirect(`/dashboard/packages/${state.result}`)
  return { ...state, result: null }
}
