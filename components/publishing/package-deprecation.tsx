'use client'
/** Advises people against a whole package, or takes that back; without JavaScript too. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { Badge } from '#components/ui/badge'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { type FormState, idleForm } from '#lib/identity/form-state'
import { useActionState, useId } from 'react'
import { AdviceFields } from './advice-fields.tsx'

export interface PackageDeprecationProps {
  handle: string
  deprecation: { message: string; useInstead: string | null } | null
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function PackageDeprecation({ handle, deprecation, action }: PackageDeprecationProps) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Deprecation</CardTitle>
        {deprecation ? <Badge tone="warning">deprecated</Badge> : null}
      </CardHeader>
      <CardBody className="grid gap-4">
        {deprecation ? (
          <>
            <blockquote className="border-l-2 border-warning pl-3 text-sm break-words">
              {deprecation.message}
              {deprecation.useInstead ? (
                <span className="mt-1 block text-muted">
                  Use instead: <span className="font-mono text-xs">{deprecation.useInstead}</span>
                </span>
              ) : null}
            </blockquote>
            <TakeBack handle={handle} action={action} />
          </>
        ) : (
          <>
            <p className="text-sm text-muted">
              No longer looked after, or is there something better? Say so on its page and wherever it is
              listed.
            </p>
            <Advise handle={handle} action={action} />
          </>
        )}
      </CardBody>
    </Card>
  )
}

type FormProps = Pick<PackageDeprecationProps, 'handle' | 'action'>

function TakeBack({ handle, action }: FormProps) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="grid gap-2">
      <FormFeedback state={state} />
      <input type="hidden" name="handle" value={handle} />
      <input type="hidden" name="deed" value="undeprecate" />
      <SubmitButton variant="secondary" pendingLabel="One moment…" className="justify-self-start">
        Take the advice back
      </SubmitButton>
    </form>
  )
}

function Advise({ handle, action }: FormProps) {
  const id = useId()
  const [state, submit] = useActionState(action, idleForm)
  return (
    <div>
      <ConfirmPopover id={id} trigger="Deprecate the package" title={`Advise against ${handle}?`}>
        <form action={submit} className="grid gap-4">
          <FormFeedback state={state} />
          <input type="hidden" name="handle" value={handle} />
          <input type="hidden" name="deed" value="deprecate" />
          <AdviceFields state={state} />
          <SubmitButton variant="danger" pendingLabel="One moment…" className="justify-self-end">
            Deprecate
          </SubmitButton>
        </form>
      </ConfirmPopover>
      {/* Without JavaScript the page comes back with the question closed. */}
      <noscript>{state.status === 'failed' ? <p>{state.message}</p> : null}</noscript>
    </div>
  )
}
