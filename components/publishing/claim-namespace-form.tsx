'use client'
/** Claims a namespace for the caller's store. Its rules are checked while typing; the server decides whether it is free. */
import { Alert } from '#components/ui/alert'
import { SubmitButton } from '#components/identity/submit-button'
import { idleForm, typed } from '#lib/identity/form-state'
import { useActionState, useState } from 'react'
import { NameField } from './name-field.tsx'
import type { FormAction } from './open-store-form.tsx'

export interface ClaimNamespaceFormProps {
  action: FormAction
  suggestion?: string
  size?: 'md' | 'lg'
}

export function ClaimNamespaceForm({ action, suggestion = '', size = 'md' }: ClaimNamespaceFormProps) {
  const [state, submit] = useActionState(action, idleForm)
  const [name, setName] = useState(typed(state, 'name') ?? suggestion)
  const hasFieldError = state.fieldErrors.name !== undefined
  return (
    <form action={submit} className="grid max-w-lg gap-4" noValidate>
      {state.message && !hasFieldError ? <Alert tone="danger">{state.message}</Alert> : null}
      <NameField
        label="Namespace"
        name="name"
        suffix="/your-package"
        rule="namespace"
        value={name}
        onChange={setName}
        hint="The first half of every package’s handle. It is yours for good."
        refused={{ value: typed(state, 'name'), message: state.fieldErrors.name }}
      />
      <div>
        <SubmitButton size={size} pendingLabel="Claiming…">
          Claim namespace
        </SubmitButton>
      </div>
    </form>
  )
}
