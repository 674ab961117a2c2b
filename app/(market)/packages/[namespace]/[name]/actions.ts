'use server'
import { refresh } from 'next/cache'
import { z } from 'zod'
import { deleteReview } from '#lib/catalog/delete-review'
import { reviewInputSchema } from '#lib/catalog/schemas'
import { writeReview } from '#lib/catalog/write-review'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { submitForm } from '#lib/identity/submit-form'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'

const ofPackage = z.object({ handle: lookupHandleSchema })

export async function writeReviewAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = {
    handle: form.get('handle'),
    rating: Number(form.get('rating') ?? 0),
    body: form.get('body') ?? '',
  }
  const schema = reviewInputSchema.extend(ofPackage.shape)
  const state = await submitForm(form, raw, schema, async ({ handle, ...input }) => {
    await writeReview(await currentActor(), handle, input)
    return null
  })
  if (state.status === 'done') refresh()
  return state
}

export async function deleteReviewAction(_previous: FormState, form: FormData): Promise<FormState> {
  const state = await submitForm(form, { handle: form.get('handle') }, ofPackage, async ({ handle }) => {
    await deleteReview(await currentActor(), handle)
    return null
  })
  // Also after a refusal: it may have been deleted in another window.
  refresh()
  return state
}
