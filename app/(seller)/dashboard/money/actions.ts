'use server'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { currentActor } from '#lib/http/actor'
import type { FormState } from '#lib/identity/form-state'
import { requirePersonToWrite } from '#lib/identity/rules'
import { submitForm } from '#lib/identity/submit-form'
import { connectSeller } from '#lib/payments/connect-seller'

/** Leads to Stripe, which leads back to the money page. */
export async function connectAction(_previous: FormState, form: FormData): Promise<FormState> {
  let address: string | null = null
  const state = await submitForm(form, {}, z.object({}), async () => {
    const { url } = await connectSeller(requirePersonToWrite(await currentActor()))
    address = url
    return null
  })
  if (address !== null) redirect(address)
  return state
}
