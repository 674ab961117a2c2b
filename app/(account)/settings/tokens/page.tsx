import { CreateTokenForm } from '#components/identity/create-token-form'
import { SettingsNav } from '#components/identity/settings-nav'
import { TokenItem } from '#components/identity/token-item'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { EmptyState } from '#components/ui/empty-state'
import { currentActor } from '#lib/http/actor'
import { listOwnNamespaces } from '#lib/identity/list-own-namespaces'
import { listTokens } from '#lib/identity/list-tokens'
import { requireUser } from '#lib/identity/require-user'
import type { Metadata } from 'next'
import { createTokenAction, revokeTokenAction } from './actions.ts'

export const metadata: Metadata = { title: 'API tokens' }

export default async function TokensPage() {
  await requireUser('/settings/tokens')
  const actor = await currentActor()
  const [{ items, meta }, namespaces] = await Promise.all([listTokens(actor), listOwnNamespaces(actor)])
  return (
    <>
      <SettingsNav currentHref="/settings/tokens" />
      <div className="grid max-w-3xl gap-5">
        <Card>
          <CardHeader>
            <CardTitle>New token</CardTitle>
          </CardHeader>
          <CardBody>
            <CreateTokenForm action={createTokenAction} namespaces={namespaces} />
          </CardBody>
        </Card>
        <section aria-labelledby="tokens-heading" className="grid gap-3">
          <div className="flex items-baseline justify-between gap-4">
            <h2 id="tokens-heading" className="font-display text-lg font-semibold">
              Your tokens
            </h2>
            <p className="text-xs text-muted">at most {meta.liveLimit} at a time</p>
          </div>
          {items.length === 0 ? (
            <EmptyState title="No tokens yet">
              A token lets a program publish for you, from your machine or from continuous integration.
            </EmptyState>
          ) : (
            <ul className="grid gap-3">
              {items.map((token) => (
                <TokenItem key={token.id} token={token} revokeAction={revokeTokenAction} />
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  )
}
