'use client'
/** Grants a budget for a package, or changes one. The server says whether the wallet reaches. */
import { SubmitButton } from '#components/identity/submit-button'
import { Alert } from '#components/ui/alert'
import { Field } from '#components/ui/field'
import { Input } from '#components/ui/input'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

export function BudgetForm({
  action,
  handle = '',
}: {
  action: (state: FormState, form: FormData) => Promise<FormState>
  handle?: string
}) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="grid gap-4" noValidate>
      {state.message ? <Alert tone="danger">{state.message}</Alert> : null}
      {state.status === 'done' ? <Alert tone="success">The budget is set.</Alert> : null}
      <Field label="Package" hint="Such as acme/translator." error={state.fieldErrors.handle}>
        {(control) => (
          <Input
            {...control}
            name="handle"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={typed(state, 'handle') ?? handle}
          />
        )}
      </Field>
      <Field
        label="Credits"
        hint="In all, what was used already included. They are set aside in your wallet."
        error={state.fieldErrors.credits}
      >
        {(control) => (
          <Input
            {...control}
            name="credits"
            inputMode="numeric"
            defaultValue={typed(state, 'credits') ?? ''}
          />
        )}
      </Field>
      <div>
        <SubmitButton pendingLabel="Setting…">Set budget</SubmitButton>
      </div>
    </form>
  )
}
