'use client'
/** What a seller can do with a published version: yank it or put it back, advise against it or take the advice back. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField } from '#components/ui/field'
import type { VersionSummary } from '#lib/catalog/schemas'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState, useId } from 'react'
import { AdviceFields } from './advice-fields.tsx'

export type VersionAction = (previous: FormState, form: FormData) => Promise<FormState>

export interface VersionActionsProps {
  handle: string
  version: VersionSummary
  action: VersionAction
}

export function VersionActions({ handle, version: entry, action }: VersionActionsProps) {
  const { version, yanked, deprecation } = entry
  const shared = { handle, version, action }
  return (
    <div className="flex flex-wrap justify-end gap-1">
      {yanked ? (
        <Undo {...shared} deed="unyank" label="Unyank" />
      ) : (
        <Question {...shared} deed="yank" label="Yank" title={`Yank ${version}?`}>
          {(state) => (
            <>
              <p className="text-sm text-muted">
                Nothing resolves to it any more. It stays downloadable by its exact number, and you can put it
                back.
              </p>
              <TextareaField
                label="Reason"
                hint="Shown to whoever has it."
                name="reason"
                maxLength={500}
                rows={2}
                defaultValue={typed(state, 'reason')}
                error={state.fieldErrors.reason}
                required
              />
            </>
          )}
        </Question>
      )}
      {deprecation ? (
        <Undo {...shared} deed="undeprecate" label="Undeprecate" />
      ) : (
        <Question {...shared} deed="deprecate" label="Deprecate" title={`Advise against ${version}?`}>
          {(state) => <AdviceFields state={state} />}
        </Question>
      )}
    </div>
  )
}

interface DeedProps {
  handle: string
  version: string
  action: VersionAction
  deed: 'yank' | 'unyank' | 'deprecate' | 'undeprecate'
  label: string
}

function Subject({ handle, version, deed }: Pick<DeedProps, 'handle' | 'version' | 'deed'>) {
  return (
    <>
      <input type="hidden" name="handle" value={handle} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="deed" value={deed} />
    </>
  )
}

function Undo({ handle, version, action, deed, label }: DeedProps) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit}>
      <Subject {...{ handle, version, deed }} />
      <SubmitButton variant="secondary" size="sm" pendingLabel="One moment…">
        {label} <span className="sr-only">{version}</span>
      </SubmitButton>
      <FormFeedback state={state} />
    </form>
  )
}

function Question({
  handle,
  version,
  action,
  deed,
  label,
  title,
  children,
}: DeedProps & { title: string; children: (state: FormState) => React.ReactNode }) {
  const id = useId()
  const [state, submit] = useActionState(action, idleForm)
  return (
    <ConfirmPopover
      id={id}
      trigger={label}
      triggerVariant="quiet"
      triggerSize="sm"
      triggerLabel={`${label} ${version}`}
      title={title}
    >
      <form action={submit} className="grid gap-4">
        <FormFeedback state={state} />
        <Subject {...{ handle, version, deed }} />
        {children(state)}
        <SubmitButton variant="danger" pendingLabel="One moment…" className="justify-self-end">
          {label}
        </SubmitButton>
      </form>
    </ConfirmPopover>
  )
}
