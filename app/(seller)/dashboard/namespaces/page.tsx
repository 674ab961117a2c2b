/** The namespaces that somebody looks after, and what others offer them. */
import { AnswerForm } from '#components/publishing/namespace-forms'
import { SellerFrame } from '#components/publishing/seller-frame'
import { Badge } from '#components/ui/badge'
import { Card } from '#components/ui/card'
import { DateTime } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { requireUser } from '#lib/identity/require-user'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import { listManagedNamespaces } from '#lib/publishing/list-managed-namespaces'
import type { OwnNamespaces } from '#lib/publishing/schemas'
import type { Metadata } from 'next'
import Link from 'next/link'
import { answerAction } from './actions.ts'

export const metadata: Metadata = { title: 'Namespaces' }

export default async function NamespacesPage() {
  const user = await requireUser('/dashboard/namespaces')
  const [{ store }, { namespaces, offers }] = await Promise.all([
    getSellerOverview(user),
    listManagedNamespaces(user),
  ])
  return (
    <SellerFrame
      currentHref="/dashboard/namespaces"
      store={store}
      title="Namespaces"
      description="The first half of every handle, and who may publish under it."
    >
      <Offers offers={offers} />
      {namespaces.length === 0 ? (
        <EmptyState title="No namespaces yet">
          Claim one on the overview once you have a store, or accept an invitation.
        </EmptyState>
      ) : (
        <ul className="grid gap-3">
          {namespaces.map(({ name, role, store: storeName }) => (
            <li key={name}>
              <Card className="flex flex-wrap items-center gap-x-3 gap-y-1 p-4">
                <Link href={`/dashboard/namespaces/${name}`} className="font-mono font-medium underline">
                  {name}
                </Link>
                <Badge>{role}</Badge>
                <span className="text-sm text-muted">of {storeName}</span>
              </Card>
            </li>
          ))}
        </ul>
      )}
    </SellerFrame>
  )
}

function Offers({ offers }: { offers: OwnNamespaces['offers'] }) {
  if (offers.length === 0) return null
  return (
    <section aria-labelledby="offers-heading" className="mb-9 grid gap-3">
      <h2 id="offers-heading" className="font-display text-xl font-semibold">
        For you to answer
      </h2>
      <ul className="grid gap-3">
        {offers.map(({ id, kind, role, namespace, from, expiresAt }) => (
          <li key={id}>
            <Card className="flex flex-wrap items-center justify-between gap-3 p-4">
              <p className="min-w-0">
                {from}{' '}
                {kind === 'member' ? `invites you as ${role} of` : 'offers your store the whole namespace'}{' '}
                <span className="font-mono">{namespace}</span>
                <span className="block text-xs text-muted">
                  until <DateTime iso={expiresAt} />
                </span>
              </p>
              <AnswerForm id={id} label={namespace} action={answerAction} />
            </Card>
          </li>
        ))}
      </ul>
    </section>
  )
}
