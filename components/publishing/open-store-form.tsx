'use client'
/**
 * Opens a store. The address follows the name until somebody edits it, and its rules are checked while typing; the
 * server decides. Without JavaScript it is a plain form.
 */
import { Alert } from '#components/ui/alert'
import { SubmitButton } from '#components/identity/submit-button'
import { TextareaField, TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState, useState } from 'react'
import { NameField } from './name-field.tsx'
import { suggestSlug } from './suggest-slug.ts'

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>

export function OpenStoreForm({ action }: { action: FormAction }) {
  const [state, submit] = useActionState(action, idleForm)
  const [name, setName] = useState(typed(state, 'name') ?? '')
  const [ownSlug, setOwnSlug] = useState<string | null>(typed(state, 'slug') ?? null)
  const slug = ownSlug ?? suggestSlug(name)
  return (
    <form action={submit} className="grid max-w-lg gap-5" noValidate>
      {state.message && state.code !== 'validation_failed' && !state.fieldErrors.slug ? (
        <Alert tone="danger">{state.message}</Alert>
      ) : null}
      <TextField
        label="Store name"
        name="name"
        required
        maxLength={80}
        autoComplete="organization"
        value={name}
        onChange={(event) => setName(event.target.value)}
        hint="As shoppers see it. You can be yourself: a person, a team, a company."
        error={state.fieldErrors.name}
      />
      <NameField
        label="Address"
        name="slug"
        prefix="/stores/"
        rule="slug"
        value={slug}
        onChange={setOwnSlug}
        hint="Letters, digits and “-”. It stays for good."
        refused={{ value: typed(state, 'slug'), message: state.fieldErrors.slug }}
      />
      <TextareaField
        label="What you sell"
        name="description"
        optional
        rows={3}
        maxLength={2000}
        defaultValue={typed(state, 'description')}
        error={state.fieldErrors.description}
      />
      <div>
        <SubmitButton size="lg" pendingLabel="Opening…">
          Open store
        </SubmitButton>
      </div>
    </form>
  )
}
