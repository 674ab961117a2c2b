'use client'
/** The forms by which people look after a namespace together: invite, hand over, answer, withdraw, change a role. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { Alert } from '#components/ui/alert'
import { buttonClass } from '#components/ui/button'
import { Field, TextField } from '#components/ui/field'
import { Select } from '#components/ui/select'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

export type NamespaceAction = (previous: FormState, form: FormData) => Promise<FormState>

interface OfferFormProps {
  namespace: string
  kind: 'member' | 'transfer'
  action: NamespaceAction
}

export function OfferForm({ namespace, kind, action }: OfferFormProps) {
  const [state, submit] = useActionState(action, idleForm)
  const isMember = kind === 'member'
  return (
    <form action={submit} className="grid max-w-lg gap-4" noValidate>
      <FormFeedback state={state} />
      {state.status === 'done' ? (
        <Alert tone="success" title="Sent">
          Nothing changes until they accept, within 14 days.
        </Alert>
      ) : null}
      <input type="hidden" name="namespace" value={namespace} />
      <input type="hidden" name="kind" value={kind} />
      <TextField
        label={isMember ? 'Who' : 'New store'}
        name="to"
        required
        autoComplete="off"
        hint="An email address, or the address of a store such as acme."
        defaultValue={state.status === 'failed' ? typed(state, 'to') : ''}
        error={state.fieldErrors.to}
      />
      {isMember ? (
        <Field label="Role" hint="Maintainers publish. Owners also manage members." className="max-w-56">
          {(control) => (
            <Select {...control} name="role" defaultValue="maintainer">
              <option value="maintainer">Maintainer</option>
              <option value="owner">Owner</option>
            </Select>
          )}
        </Field>
      ) : null}
      <SubmitButton
        variant={isMember ? 'primary' : 'danger'}
        pendingLabel="Sending…"
        className="justify-self-start"
      >
        {isMember ? 'Invite' : 'Offer the namespace'}
      </SubmitButton>
    </form>
  )
}

export function AnswerForm({ id, label, action }: { id: string; label: string; action: NamespaceAction }) {
  const [state, submit] = useActionState(action, idleForm)
  return (
    <form action={submit} className="grid gap-2">
      <FormFeedback state={state} />
      <input type="hidden" name="id" value={id} />
      <div className="flex gap-2">
        <button
          name="answer"
          value="accept"
          className={buttonClass({ size: 'sm' })}
          aria-label={`Accept ${label}`}
        >
          Accept
        </button>
        <button
          name="answer"
          value="decline"
          className={buttonClass({ variant: 'secondary', size: 'sm' })}
          aria-label={`Decline ${label}`}
        >
          Decline
        </button>
      </div>
    </form>
  )
}

export function WithdrawForm(props: { id: string; namespace: string; to: string; action: NamespaceAction }) {
  const [state, submit] = useActionState(props.action, idleForm)
  return (
    <form action={submit} className="grid gap-2">
      <FormFeedback state={state} />
      <input type="hidden" name="id" value={props.id} />
      <input type="hidden" name="namespace" value={props.namespace} />
      <button
        className={buttonClass({ variant: 'secondary', size: 'sm' })}
        aria-label={`Withdraw the offer to ${props.to}`}
      >
        Withdraw
      </button>
    </form>
  )
}

interface MemberFormProps {
  namespace: string
  userId: string
  displayName: string
  role: 'owner' | 'maintainer'
  isYou: boolean
  canManage: boolean
  action: NamespaceAction
}

export function MemberForm(props: MemberFormProps) {
  const { namespace, userId, displayName, role, isYou, canManage, action } = props
  const [state, submit] = useActionState(action, idleForm)
  const other = role === 'owner' ? 'maintainer' : 'owner'
  return (
    <form action={submit} className="grid justify-items-end gap-2">
      <FormFeedback state={state} />
      <input type="hidden" name="namespace" value={namespace} />
      <input type="hidden" name="userId" value={userId} />
      <div className="flex flex-wrap gap-2">
        {canManage ? (
          <button
            name="role"
            value={other}
            className={buttonClass({ variant: 'secondary', size: 'sm' })}
            aria-label={`Make ${displayName} ${other === 'owner' ? 'an owner' : 'a maintainer'}`}
          >
            Make {other}
          </button>
        ) : null}
        {canManage || isYou ? (
          <button
            name="role"
            value="none"
            className={buttonClass({ variant: 'secondary', size: 'sm' })}
            aria-label={isYou ? 'Leave the namespace' : `Remove ${displayName}`}
          >
            {isYou ? 'Leave' : 'Remove'}
          </button>
        ) : null}
      </div>
    </form>
  )
}
