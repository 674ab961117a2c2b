/** One package as operators judge it: what it is, each version with its manifest and files, what was decided so far, and what can be done. */
import { CaseNotice } from '#components/operator/case-notice'
import { CaseVersion } from '#components/operator/case-version'
import { CaseVersions } from '#components/operator/case-versions'
import { DecisionHistory } from '#components/operator/decision-history'
import { DecisionPanel } from '#components/operator/decision-panel'
import { OperatorFrame } from '#components/operator/operator-frame'
import { StatusBadge } from '#components/operator/status-badge'
import { Alert } from '#components/ui/alert'
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { EmptyState } from '#components/ui/empty-state'
import { PackageTile } from '#components/ui/tile'
import { downloadManifest } from '#lib/catalog/download-manifest'
import { requireOperator } from '#lib/identity/require-user'
import { formatHandle } from '#lib/kernel/handle'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { Problem } from '#lib/kernel/problem'
import { countCases } from '#lib/moderation/count-cases'
import { getPackageCase } from '#lib/moderation/get-case'
import type { PackageCase } from '#lib/moderation/schemas'
import type { UserActor } from '#lib/kernel/actor'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { decidePackageAction, deleteVersionAction } from '../../../actions.ts'

export async function generateMetadata({
  params,
}: PageProps<'/operator/packages/[namespace]/[name]'>): Promise<Metadata> {
  await requireOperator()
  const { namespace, name } = await params
  return { title: formatHandle(namespace, name) }
}

export default async function PackageCasePage({
  params,
  searchParams,
}: PageProps<'/operator/packages/[namespace]/[name]'>) {
  const operator = await requireOperator()
  const [{ namespace, name }, { done, version }] = await Promise.all([params, searchParams])
  const found = await caseOf(operator, formatHandle(namespace, name))
  const { handle, store, status, versions } = found
  const entry =
    versions.find((each) => each.version === version) ??
    versions.find((each) => each.version === found.latestVersion) ??
    versions[0]
  const [counts, manifest] = await Promise.all([countCases(operator), manifestOf(operator, handle, entry)])
  return (
    <OperatorFrame
      currentHref="/operator/packages"
      counts={counts}
      crumbs={[{ label: 'Packages', href: '/operator/packages' }, { label: handle }]}
      picture={<PackageTile handle={handle} iconUrl={found.iconUrl} size="lg" />}
      title={found.name || handle}
      description={
        <>
          {found.summary} Sold by{' '}
          <Link
            href={`/operator/stores/${store.slug}`}
            className="text-brand-ink underline underline-offset-4"
          >
            {store.name}
          </Link>
          .
        </>
      }
      actions={
        <ButtonLink href={`/packages/${handle}`} prefetch={false} variant="secondary">
          View page
        </ButtonLink>
      }
    >
      <CaseNotice done={done} waiting={counts.pendingPackages + counts.pendingStores} />
      {store.status === 'approved' ? null : (
        <Alert tone="warning" className="mb-6" title="Its store is not approved">
          Nothing of it is on the shelf before{' '}
          <Link href={`/operator/stores/${store.slug}`} className="underline">
            {store.name}
          </Link>{' '}
          is.
        </Alert>
      )}
      <div className="grid gap-7 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 content-start gap-5 max-lg:order-last">
          {entry && manifest !== null ? (
            <CaseVersion found={found} entry={entry} manifest={manifest} deleteAction={deleteVersionAction} />
          ) : (
            <EmptyState title="No versions">Every one of them was deleted.</EmptyState>
          )}
        </div>
        <div className="grid min-w-0 content-start gap-5">
          <Card>
            <CardHeader>
              <CardTitle>Decide</CardTitle>
              <StatusBadge status={status} />
            </CardHeader>
            <CardBody>
              <DecisionPanel
                key={status}
                subject={handle}
                isStore={false}
                status={status}
                decide={decidePackageAction}
              />
            </CardBody>
          </Card>
          <Card>
            <CardHeader>
              <CardTitle>History</CardTitle>
            </CardHeader>
            <CardBody>
              <DecisionHistory decisions={found.decisions} />
            </CardBody>
          </Card>
          <CaseVersions {...found} shown={entry?.version ?? null} />
        </div>
      </div>
    </OperatorFrame>
  )
}

async function caseOf(operator: UserActor, text: string): Promise<PackageCase> {
  const parsed = lookupHandleSchema.safeParse(text)
  if (!parsed.success) notFound()
  try {
    return await getPackageCase(operator, parsed.data)
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') notFound()
    throw error
  }
}

async function manifestOf(
  operator: UserActor,
  handle: string,
  entry: PackageCase['versions'][number] | undefined,
): Promise<string | null> {
  if (!entry) return null
  const read = await downloadManifest(operator, handle, entry.version)
  return read.kind === 'bytes' ? read.bytes.toString('utf8') : null
}
