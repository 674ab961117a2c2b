/** One namespace: its members, its open offers, and the ways to invite and to hand it over. */
import { MemberForm, OfferForm, WithdrawForm } from '#components/publishing/namespace-forms'
import { SellerFrame } from '#components/publishing/seller-frame'
import { Badge } from '#components/ui/badge'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { DateTime } from '#components/ui/date-time'
import { requireUser } from '#lib/identity/require-user'
import { Problem } from '#lib/kernel/problem'
import { getNamespace } from '#lib/publishing/get-namespace'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { NamespacePage } from '#lib/publishing/schemas'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { memberAction, offerAction, withdrawAction } from '../actions.ts'

export const metadata: Metadata = { title: 'Namespace' }

interface Props {
  params: Promise<{ namespace: string }>
}

export default async function NamespaceDetailPage({ params }: Props) {
  const { namespace } = await params
  const user = await requireUser(`/dashboard/namespaces/${namespace}`)
  const [{ store }, page] = await Promise.all([
    getSellerOverview(user),
    getNamespace(user, namespace).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'not_found') notFound()
      throw error
    }),
  ])
  return (
    <SellerFrame
      currentHref="/dashboard/namespaces"
      store={store}
      title={page.name}
      description={`You are ${page.role === 'owner' ? 'an owner' : 'a maintainer'}. Its packages are sold by ${page.store.name}.`}
      crumbs={[
        { label: 'Dashboard', href: '/dashboard' },
        { label: 'Namespaces', href: '/dashboard/namespaces' },
        { label: page.name },
      ]}
    >
      <div className="grid max-w-3xl gap-5">
        <Members page={page} />
        {page.role === 'owner' ? <Invitations page={page} /> : null}
        {page.isStoreOwner ? (
          <Card>
            <CardHeader>
              <CardTitle>Hand it over</CardTitle>
            </CardHeader>
            <CardBody className="grid gap-4">
              <p className="text-sm text-muted">
                The namespace and all its packages move to another store, which sells them from then on. It
                must accept first. Then all other members leave and open invitations are withdrawn.
              </p>
              <OfferForm namespace={page.name} kind="transfer" action={offerAction} />
            </CardBody>
          </Card>
        ) : null}
      </div>
    </SellerFrame>
  )
}

function Members({ page }: { page: NamespacePage }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Members</CardTitle>
      </CardHeader>
      <CardBody>
        <ul className="divide-y divide-line">
          {page.members.map((member) => (
            <li key={member.userId} className="flex flex-wrap items-center justify-between gap-3 py-3">
              <span className="flex min-w-0 flex-wrap items-center gap-2">
                <span className="font-medium break-words">{member.displayName}</span>
                {member.isYou ? <Badge tone="brand">You</Badge> : null}
                <Badge>{member.role}</Badge>
                {member.isStoreOwner ? <span className="text-xs text-muted">owns the store</span> : null}
              </span>
              {member.isStoreOwner ? null : (
                <MemberForm
                  namespace={page.name}
                  userId={member.userId}
                  displayName={member.displayName}
                  role={member.role}
                  isYou={member.isYou}
                  canManage={page.role === 'owner'}
                  action={memberAction}
                />
              )}
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}

function Invitations({ page }: { page: NamespacePage }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Invite somebody</CardTitle>
      </CardHeader>
      <CardBody className="grid gap-5">
        <OfferForm namespace={page.name} kind="member" action={offerAction} />
        {page.offers.length > 0 ? (
          <section aria-labelledby="open-heading" className="grid gap-2">
            <h3 id="open-heading" className="text-sm font-medium">
              Waiting for an answer
            </h3>
            <ul className="divide-y divide-line border-t border-line">
              {page.offers.map(({ id, kind, role, to, expiresAt }) => (
                <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-3">
                  <span className="min-w-0 text-sm break-words">
                    {to} <Badge>{kind === 'transfer' ? 'transfer' : role}</Badge>
                    <span className="block text-xs text-muted">
                      until <DateTime iso={expiresAt} />
                    </span>
                  </span>
                  <WithdrawForm id={id} namespace={page.name} to={to} action={withdrawAction} />
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </CardBody>
    </Card>
  )
}
