'use client'
/** Sets the budget of one package, or changes it. The server says whether the wallet reaches. */
import { SubmitButton } from '#components/identity/submit-button'
import { Alert } from '#components/ui/alert'
import { TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

export interface BudgetFormProps {
  action: (state: FormState, form: FormData) => Promise<FormState>
  handle: string
  /** In whole credits, of the budget there is. */
  limit: number | null
}

export function BudgetForm({ action, handle, limit }: BudgetFormProps) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="grid gap-4" noValidate>
      {state.message ? <Alert tone="danger">{state.message}</Alert> : null}
      {state.status === 'done' ? <Alert tone="success">The budget is set.</Alert> : null}
      <input type="hidden" name="handle" value={handle} />
      <TextField
        label="Budget in credits"
        hint="In all, what was used already included. It is set aside in your wallet for 30 days."
        error={state.fieldErrors.credits ?? state.fieldErrors.limit}
        name="credits"
        inputMode="numeric"
        autoComplete="off"
        defaultValue={typed(state, 'credits') ?? limit ?? ''}
      />
      <SubmitButton pendingLabel="Setting…" className="justify-self-start">
        {limit === null ? 'Set budget' : 'Change budget'}
      </SubmitButton>
    </form>
  )
}
