'use client'
/** Asks for a new API token and shows its secret, this once. */
import { Alert } from '#components/ui/alert'
import { Checkbox } from '#components/ui/checkbox'
import { CodeBlock } from '#components/ui/code-block'
import { Field, TextField } from '#components/ui/field'
import { Select } from '#components/ui/select'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { TOKEN_DEFAULT_DAYS, TOKEN_NAME_MAX_LENGTH } from '#lib/identity/limits'
import type { CreatedToken } from '#lib/identity/schemas'
import { useActionState } from 'react'
import { FocusRegion } from './focus-region.tsx'
import { FormFeedback } from './form-feedback.tsx'
import { SubmitButton } from './submit-button.tsx'
import { ChoiceGroup, NamespaceChoice } from './token-choices.tsx'
import { TOKEN_SCOPES } from './token-scopes.ts'

const LIFETIMES_DAYS = [7, 30, 90, 180, 365]

interface CreateTokenFormProps {
  action: (previous: FormState<CreatedToken>, form: FormData) => Promise<FormState<CreatedToken>>
  namespaces: readonly string[]
}

export function CreateTokenForm({ action, namespaces }: CreateTokenFormProps) {
  const [state, formAction] = useActionState(action, idleForm)
  // What was typed comes back only after a failure; the next token starts afresh.
  const shown: FormState<unknown> = state.status === 'failed' ? state : { ...state, values: {} }
  return (
    <div className="grid gap-5">
      {state.result ? <NewSecret key={state.result.id} token={state.result} /> : null}
      <form action={formAction} className="grid gap-5" noValidate>
        <FormFeedback state={state} />
        <TextField
          label="Name"
          name="name"
          required
          autoComplete="off"
          maxLength={TOKEN_NAME_MAX_LENGTH}
          placeholder="Laptop, continuous integration…"
          hint="What it is for. Only you see it."
          defaultValue={typed(shown, 'name')}
          error={state.fieldErrors.name}
        />
        <ChoiceGroup legend="What it may do" error={state.fieldErrors.scopes}>
          {Object.entries(TOKEN_SCOPES).map(([scope, { label, hint }]) => (
            <Checkbox
              key={scope}
              name="scopes"
              value={scope}
              label={label}
              hint={hint}
              defaultChecked={shown.values.scopes?.includes(scope)}
            />
          ))}
        </ChoiceGroup>
        <NamespaceChoice
          namespaces={namespaces}
          isLimited={typed(shown, 'reach') === 'some'}
          chosen={shown.values.namespaces ?? []}
          error={state.fieldErrors.namespaces}
        />
        <Field label="Works for" error={state.fieldErrors.expiresInDays} className="max-w-44">
          {(control) => (
            <Select
              {...control}
              // A form that was sent resets its controls to their defaults, and a select keeps its first.
              key={typed(shown, 'expiresInDays')}
              name="expiresInDays"
              defaultValue={typed(shown, 'expiresInDays') ?? TOKEN_DEFAULT_DAYS}
            >
              {LIFETIMES_DAYS.map((days) => (
                <option key={days} value={days}>
                  {days === 365 ? '1 year' : `${days} days`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <SubmitButton pendingLabel="Creating…" className="justify-self-start">
          Create token
        </SubmitButton>
      </form>
    </div>
  )
}

function NewSecret({ token }: { token: CreatedToken }) {
  return (
    <FocusRegion className="grid gap-3">
      <Alert tone="success" title={`“${token.name}” is ready`}>
        Copy it now: it is shown this once, and nobody can look it up later.
      </Alert>
      <CodeBlock code={token.secret} label="token" title="Your new token" />
    </FocusRegion>
  )
}
