'use client'
/** One API token: what it may do, when it was used, and the way to end it, which asks once more. */
import { Badge } from '#components/ui/badge'
import { buttonClass } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { type FormState, idleForm } from '#lib/identity/form-state'
import type { Token } from '#lib/identity/schemas'
import { useActionState } from 'react'
import { FormFeedback } from './form-feedback.tsx'
import { SubmitButton } from './submit-button.tsx'
import { TOKEN_SCOPES } from './token-scopes.ts'

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })

interface TokenItemProps {
  token: Token
  revokeAction: (previous: FormState, form: FormData) => Promise<FormState>
}

export function TokenItem({ token, revokeAction }: TokenItemProps) {
  return (
    <li>
      <Card className="grid gap-2.5 p-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h3 className="min-w-0 font-semibold break-words">{token.name}</h3>
          <code className="font-mono text-xs text-muted">souk_…{token.hint}</code>
          {token.isExpired ? <Badge tone="warning">Expired</Badge> : null}
        </div>
        <ul aria-label="May" className="flex flex-wrap gap-1.5">
          {token.scopes.map((scope) => (
            <li key={scope}>
              <Badge>{TOKEN_SCOPES[scope].label}</Badge>
            </li>
          ))}
        </ul>
        <dl className="flex flex-wrap gap-x-6 gap-y-1 text-xs [&_dt]:text-muted [&>div]:flex [&>div]:gap-1.5">
          <div>
            <dt>Where</dt>
            <dd>{token.namespaces ? token.namespaces.join(', ') : 'all my namespaces'}</dd>
          </div>
          <div>
            <dt>Last used</dt>
            <dd>{token.lastUsedAt ? <Day at={token.lastUsedAt} /> : 'never'}</dd>
          </div>
          <div>
            <dt>{token.isExpired ? 'Expired' : 'Expires'}</dt>
            <dd>
              <Day at={token.expiresAt} />
            </dd>
          </div>
        </dl>
        <Revoke token={token} action={revokeAction} />
      </Card>
    </li>
  )
}

function Revoke({ token, action }: { token: Token; action: TokenItemProps['revokeAction'] }) {
  const [state, formAction] = useActionState(action, idleForm)
  return (
    <details className="justify-self-start">
      <summary
        className={buttonClass({ variant: 'secondary', size: 'sm' }, 'list-none')}
        aria-label={`Revoke ${token.name}`}
      >
        Revoke
      </summary>
      <form action={formAction} className="mt-3 grid justify-items-start gap-2.5 text-sm">
        <FormFeedback state={state} />
        <input type="hidden" name="id" value={token.id} />
        <p>Programs that use it stop working at once. This cannot be undone.</p>
        <SubmitButton variant="danger" size="sm" pendingLabel="Revoking…">
          Revoke for good
        </SubmitButton>
      </form>
    </details>
  )
}

function Day({ at }: { at: string }) {
  return <time dateTime={at}>{DATE.format(new Date(at))}</time>
}
