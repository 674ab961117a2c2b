'use client'
/** Deletes a version for good. It cannot be taken back, so it asks for a reason and for the version, typed. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField, TextField } from '#components/ui/field'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState, useId } from 'react'

export interface DeleteVersionProps {
  handle: string
  version: string
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function DeleteVersion({ handle, version, action }: DeleteVersionProps) {
  const id = useId()
  const [state, submit] = useActionState(action, idleForm)
  return (
    <div>
      <ConfirmPopover
        id={id}
        trigger="Delete"
        triggerSize="sm"
        triggerLabel={`Delete ${version}`}
        title={`Delete ${version} for good?`}
      >
        <form action={submit} className="grid gap-4">
          <FormFeedback state={state} />
          <input type="hidden" name="handle" value={handle} />
          <input type="hidden" name="version" value={version} />
          <p className="text-sm text-muted">
            For what must not be kept, such as a secret or stolen work. The manifest and its files are gone,
            also for those who have them; what stays is the number, which nobody can use again, and your
            reason. Quarantine hides a package and can be taken back.
          </p>
          <TextareaField
            label="Reason"
            hint="Everybody can read it, beside the number."
            name="reason"
            required
            maxLength={500}
            rows={2}
            defaultValue={typed(state, 'reason')}
            error={state.fieldErrors.reason}
          />
          <TextField
            label={
              <>
                Type <code className="font-mono text-xs">{version}</code> to confirm
              </>
            }
            name="confirmation"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={typed(state, 'confirmation')}
            error={state.fieldErrors.confirmation}
            className="font-mono"
          />
          <SubmitButton variant="danger" pendingLabel="Deleting…" className="justify-self-end">
            Delete for good
          </SubmitButton>
        </form>
      </ConfirmPopover>
      {/* Without JavaScript the page comes back with the question closed. */}
      <noscript>
        {state.status === 'failed' ? <p>{Object.values(state.fieldErrors)[0] ?? state.message}</p> : null}
      </noscript>
    </div>
  )
}
