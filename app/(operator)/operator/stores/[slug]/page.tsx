/** One store as operators judge it: whose it is, what is in it, what was decided so far, and what can be done. */
import { CaseNotice } from '#components/operator/case-notice'
import { DecisionHistory } from '#components/operator/decision-history'
import { DecisionPanel } from '#components/operator/decision-panel'
import { DossierList } from '#components/operator/dossier-list'
import { OperatorFrame } from '#components/operator/operator-frame'
import { StatusBadge } from '#components/operator/status-badge'
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { Day } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { requireOperator } from '#lib/identity/require-user'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import { Problem } from '#lib/kernel/problem'
import { countCases } from '#lib/moderation/count-cases'
import { getStoreCase } from '#lib/moderation/get-case'
import type { StoreCase } from '#lib/moderation/schemas'
import type { UserActor } from '#lib/kernel/actor'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { decideStoreAction } from '../../actions.ts'

export async function generateMetadata({ params }: PageProps<'/operator/stores/[slug]'>): Promise<Metadata> {
  await requireOperator()
  return { title: (await params).slug }
}

export default async function StoreCasePage({ params, searchParams }: PageProps<'/operator/stores/[slug]'>) {
  const operator = await requireOperator()
  const [{ slug }, { done }] = await Promise.all([params, searchParams])
  const [store, counts] = await Promise.all([caseOf(operator, slug), countCases(operator)])
  return (
    <OperatorFrame
      currentHref="/operator/stores"
      counts={counts}
      crumbs={[{ label: 'Stores', href: '/operator/stores' }, { label: store.slug }]}
      title={store.name}
      description={store.description}
      actions={
        store.status === 'approved' ? (
          <ButtonLink href={`/stores/${store.slug}`} prefetch={false} variant="secondary">
            View store
          </ButtonLink>
        ) : null
      }
    >
      <CaseNotice done={done} waiting={counts.pendingPackages + counts.pendingStores} />
      <div className="grid gap-7 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <section aria-labelledby="packages-title" className="min-w-0">
          <h2 id="packages-title" className="mb-3 font-display text-xl font-semibold">
            Packages
          </h2>
          {store.packages.length === 0 ? (
            <EmptyState title="Nothing published yet" />
          ) : (
            <DossierList label={`Packages of ${store.name}`} items={store.packages} />
          )}
        </section>
        <div className="grid min-w-0 content-start gap-5">
          <Card>
            <CardHeader>
              <CardTitle>Decide</CardTitle>
              <StatusBadge status={store.status} />
            </CardHeader>
            <CardBody className="grid gap-4">
              <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm [&_dt]:text-muted">
                <dt>Owner</dt>
                <dd>{store.owner ?? 'the operators'}</dd>
                <dt>Opened</dt>
                <dd>
                  <Day iso={store.createdAt} />
                </dd>
                <dt>Namespaces</dt>
                <dd className="font-mono text-xs leading-5 break-words">
                  {store.namespaces.join(', ') || 'none'}
                </dd>
              </dl>
              <DecisionPanel
                key={store.status}
                subject={store.slug}
                isStore
                status={store.status}
                decide={decideStoreAction}
              />
            </CardBody>
          </Card>
          <Card>
            <CardHeader>
              <CardTitle>History</CardTitle>
            </CardHeader>
            <CardBody>
              <DecisionHistory decisions={store.decisions} />
            </CardBody>
          </Card>
        </div>
      </div>
    </OperatorFrame>
  )
}

async function caseOf(operator: UserActor, slug: string): Promise<StoreCase> {
  const parsed = lookupNameSchema.safeParse(slug)
  if (!parsed.success) notFound()
  try {
    return await getStoreCase(operator, parsed.data)
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') notFound()
    throw error
  }
}
