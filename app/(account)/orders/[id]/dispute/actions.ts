'use server'
/** What is done in disputes by forms, with and without JavaScript. Each ends on the page of the side that did it. */
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { refundPurchase } from '#lib/commerce/refund-purchase'
import { refundSchema } from '#lib/commerce/schemas'
import { addFile, requireEvidence } from '#lib/disputes/add-file'
import { decideDispute } from '#lib/disputes/decide-dispute'
import { DISPUTE_FILES_AT_ONCE } from '#lib/disputes/limits'
import { openDispute } from '#lib/disputes/open-dispute'
import { disputeSideSchema, openDisputeSchema, statementSchema, verdictSchema } from '#lib/disputes/schemas'
import { speakInDispute } from '#lib/disputes/speak-in-dispute'
import { withdrawDispute } from '#lib/disputes/withdraw-dispute'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import type { UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { disputeHref } from '../../../../../components/disputes/dispute-words.ts'

const ofOrder = z.object({ id: z.uuid() })

export async function openDisputeAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = rawOf(form, 'id', 'code', 'reason')
  const schema = openDisputeSchema.extend(ofOrder.shape)
  const state = await submitForm(form, raw, schema, async ({ id, ...input }) => {
    const actor = await person()
    const files = await filesOf(form)
    await openDispute(actor, id, input)
    await addFiles(actor, id, files)
    return null
  })
  if (state.status === 'done') redirect(disputeHref('buyer', String(raw.id)))
  return state
}

export async function speakAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = rawOf(form, 'id', 'side', 'text')
  const schema = statementSchema.extend({ ...ofOrder.shape, side: disputeSideSchema })
  const state = await submitForm(form, raw, schema, async ({ id, text }) => {
    const actor = await person()
    const files = await filesOf(form)
    await speakInDispute(actor, id, text)
    await addFiles(actor, id, files)
    return null
  })
  if (state.status === 'done') redirect(disputeHref(disputeSideSchema.parse(raw.side), String(raw.id)))
  return state
}

export async function withdrawAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = rawOf(form, 'id')
  const state = await submitForm(form, raw, ofOrder, async ({ id }) => {
    await withdrawDispute(await person(), id)
    return null
  })
  if (state.status === 'done') redirect(disputeHref('buyer', String(raw.id)))
  return state
}

export async function refundAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = rawOf(form, 'id', 'reason')
  const state = await submitForm(form, raw, refundSchema.extend(ofOrder.shape), async ({ id, reason }) => {
    await refundPurchase(await person(), id, reason)
    return null
  })
  if (state.status === 'done') redirect(disputeHref('seller', String(raw.id)))
  return state
}

export async function decideAction(_previous: FormState, form: FormData): Promise<FormState> {
  const raw = rawOf(form, 'id', 'outcome', 'reason')
  const state = await submitForm(
    form,
    raw,
    verdictSchema.extend(ofOrder.shape),
    async ({ id, ...verdict }) => {
      await decideDispute(await person(), id, verdict)
      return null
    },
  )
  if (state.status === 'done') redirect(disputeHref('operator', String(raw.id)))
  return state
}

async function person(): Promise<UserActor> {
  return requirePersonToWrite(await currentActor())
}

/** Looked at before anything is said, so that a file that nobody may show keeps the words from being sent alone. */
async function filesOf(form: FormData): Promise<{ name: string; bytes: Uint8Array }[]> {
  const chosen = form.getAll('files').filter((entry) => entry instanceof File && entry.size > 0)
  if (chosen.length > DISPUTE_FILES_AT_ONCE) throw faultyFile(`At most ${DISPUTE_FILES_AT_ONCE} at a time.`)
  return await Promise.all(
    chosen.map(async (file) => {
      const bytes = new Uint8Array(await (file as File).arrayBuffer())
      const { name } = file as File
      try {
        requireEvidence(bytes)
      } catch (error) {
        throw error instanceof Problem ? faultyFile(`${name}: ${error.detail}`) : error
      }
      return { name, bytes }
    }),
  )
}

function faultyFile(message: string): Problem {
  return new Problem('validation_failed', message, { issues: [{ path: 'files', message }] })
}

async function addFiles(
  actor: UserActor,
  id: string,
  files: readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  for (const file of files) await addFile(actor, id, file)
}

function rawOf(form: FormData, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, form.get(name) ?? undefined]))
}
