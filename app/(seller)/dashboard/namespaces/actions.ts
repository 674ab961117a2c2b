'use server'
/** What the forms about namespaces do, with and without JavaScript. */
import { refresh } from 'next/cache'
import { z } from 'zod'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { submitForm } from '#lib/identity/submit-form'
import { answerOffer } from '#lib/publishing/answer-offer'
import { changeMember } from '#lib/publishing/change-member'
import { offerNamespace } from '#lib/publishing/offer-namespace'
import { memberRoleSchema, offerInputSchema } from '#lib/publishing/schemas'
import { withdrawOffer } from '#lib/publishing/withdraw-offer'

export async function offerAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = {
    kind: form.get('kind'),
    to: form.get('to'),
    ...(form.get('kind') === 'member' ? { role: form.get('role') } : {}),
  }
  return await submit(form, raw, offerInputSchema, async (offer) => {
    await offerNamespace(await currentActor(), namespaceOf(form), offer)
  })
}

const answerSchema = z.object({ id: z.uuid(), answer: z.enum(['accept', 'decline']) })

export async function answerAction(_previous: FormState, form: FormData): Promise<FormState> {
  return await submit(
    form,
    { id: form.get('id'), answer: form.get('answer') },
    answerSchema,
    async (input) => {
      await answerOffer(await currentActor(), input.id, input.answer === 'accept')
    },
  )
}

export async function withdrawAction(_previous: FormState, form: FormData): Promise<FormState> {
  return await submit(form, { id: form.get('id') }, z.object({ id: z.uuid() }), async ({ id }) => {
    await withdrawOffer(await currentActor(), namespaceOf(form), id)
  })
}

const memberSchema = z.object({ userId: z.uuid(), role: memberRoleSchema.nullable() })

export async function memberAction(_previous: FormState, form: FormData): Promise<FormState> {
  const role = form.get('role')
  const raw = { userId: form.get('userId'), role: role === 'none' ? null : role }
  return await submit(form, raw, memberSchema, async (input) => {
    await changeMember(await currentActor(), namespaceOf(form), input.userId, input.role)
  })
}

function namespaceOf(form: FormData): string {
  const name = form.get('namespace')
  return typeof name === 'string' ? name : ''
}

async function submit<Schema extends z.ZodType>(
  form: FormData,
  raw: Record<string, unknown>,
  schema: Schema,
  work: (input: z.output<Schema>) => Promise<void>,
): Promise<FormState> {
  const state = await submitForm(form, raw, schema, async (input) => {
    await work(input)
    return null
  })
  // Also after a refusal: somebody else may have been quicker.
  refresh()
  return state
}
