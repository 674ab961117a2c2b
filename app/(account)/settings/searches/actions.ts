'use server'
import { refresh } from 'next/cache'
import { z } from 'zod'
import type { FormState } from '#lib/identity/form-state'
import { requireUser } from '#lib/identity/require-user'
import { submitForm } from '#lib/identity/submit-form'
import { forgetSearches } from '#lib/search/forget-searches'
import { keepSearchHistory } from '#lib/search/keep-search-history'

const PATH = '/settings/searches'
const whichSchema = z.object({ id: z.coerce.number().int().positive().nullable() })
const keepSchema = z.object({ isKept: z.enum(['true', 'false']).transform((text) => text === 'true') })

/** Deletes the search that the form names, or every one of them where it names none. */
export async function forgetSearchesAction(_previous: FormState, form: FormData): Promise<FormState> {
  const user = await requireUser(PATH)
  const state = await submitForm(form, { id: form.get('id') }, whichSchema, async ({ id }) => {
    await forgetSearches(user, id)
    return null
  })
  // Also after a refusal: it may have been deleted in another window.
  refresh()
  return state
}

export async function keepSearchHistoryAction(_previous: FormState, form: FormData): Promise<FormState> {
  const user = await requireUser(PATH)
  const state = await submitForm(form, { isKept: form.get('isKept') }, keepSchema, async ({ isKept }) => {
    await keepSearchHistory(user, isKept)
    return null
  })
  if (state.status === 'done') refresh()
  return state
}
