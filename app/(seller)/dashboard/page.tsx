/** The seller's first page: how to begin, then what they have and how it does, and what they look after for other stores. */
import { ActivityCharts } from '#components/publishing/activity-charts'
import { ClaimNamespaceForm } from '#components/publishing/claim-namespace-form'
import { OnboardingSteps } from '#components/publishing/onboarding-steps'
import { OpenStoreForm } from '#components/publishing/open-store-form'
import { SellerFrame } from '#components/publishing/seller-frame'
import { SellerPackages } from '#components/publishing/seller-packages'
import { StoreFigures } from '#components/publishing/store-figures'
import { StoreNotice } from '#components/publishing/store-notice'
import { Badge } from '#components/ui/badge'
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { EmptyState } from '#components/ui/empty-state'
import { ArrowRightIcon } from '#components/ui/frame-icons'
import { requireUser } from '#lib/identity/require-user'
import { getStoreDays } from '#lib/publishing/get-package-story'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { SellerOverview } from '#lib/publishing/schemas'
import type { Metadata } from 'next'
import Link from 'next/link'
import { claimNamespaceAction, openStoreAction, submitStoreAction } from './actions.ts'

export const metadata: Metadata = { title: 'Dashboard' }

export default async function DashboardPage() {
  const user = await requireUser('/dashboard')
  const overview = await getSellerOverview(user)
  const { store } = overview
  const namespaces = overview.namespaces.filter(({ isOwn }) => isOwn)
  const packages = overview.packages.filter(({ isOwn }) => isOwn)
  if (store === null || namespaces.length === 0 || packages.length === 0) return <Beginning {...overview} />
  return (
    <SellerFrame
      currentHref="/dashboard"
      store={store}
      title={store.name}
      description={store.description || 'Your store at a glance.'}
      actions={<ButtonLink href="/dashboard/publish">Publish a version</ButtonLink>}
    >
      <StoreNotice store={store} submitAction={submitStoreAction} />
      <StoreFigures packages={packages} />
      <ActivityCharts days={await getStoreDays(user)} withSales />
      <h2 className="mt-9 mb-3 font-display text-xl font-semibold">Packages</h2>
      <SellerPackages label="Your packages" packages={packages} />
      <Shared {...overview} />
      <Namespaces namespaces={namespaces.map(({ name }) => name)} />
    </SellerFrame>
  )
}

/** What the person looks after for other stores; nothing where that is nothing. */
function Shared({ namespaces, packages }: Pick<SellerOverview, 'namespaces' | 'packages'>) {
  const shared = namespaces.filter(({ isOwn }) => !isOwn)
  if (shared.length === 0) return null
  const theirs = packages.filter(({ isOwn }) => !isOwn)
  return (
    <section aria-labelledby="shared-heading" className="mt-9 first:mt-0">
      <h2 id="shared-heading" className="font-display text-xl font-semibold">
        Looked after with others
      </h2>
      <p className="mt-1 mb-3 text-sm text-muted">
        You publish, yank and deprecate here; prices and money are the store’s.
      </p>
      <ul aria-label="Shared namespaces" className="mb-4 flex flex-wrap gap-2">
        {shared.map(({ name, role, store }) => (
          <li key={name} className="flex items-center gap-2 text-sm">
            <Link
              href={`/dashboard/namespaces/${name}`}
              className="font-mono font-medium underline underline-offset-4"
            >
              {name}
            </Link>
            <Badge>{role}</Badge>
            <span className="text-muted">of {store.name}</span>
          </li>
        ))}
      </ul>
      {theirs.length > 0 ? (
        <SellerPackages label="Shared packages" packages={theirs} />
      ) : (
        <EmptyState
          title="No packages yet"
          actions={<ButtonLink href="/dashboard/publish">Publish the first</ButtonLink>}
        >
          Whatever is published under these namespaces shows here.
        </EmptyState>
      )}
    </section>
  )
}

function Namespaces({ namespaces }: { namespaces: string[] }) {
  return (
    <Card className="mt-9">
      <CardHeader>
        <CardTitle>Namespaces</CardTitle>
        <ul aria-label="Your namespaces" className="flex flex-wrap gap-1.5">
          {namespaces.map((name) => (
            <li key={name}>
              <Badge className="font-mono">{name}</Badge>
            </li>
          ))}
        </ul>
      </CardHeader>
      <CardBody>
        <details>
          <summary className="inline-flex min-h-6 items-center text-sm font-medium text-brand-ink underline decoration-1 underline-offset-4">
            Claim another
          </summary>
          <div className="mt-4">
            <ClaimNamespaceForm action={claimNamespaceAction} />
          </div>
        </details>
      </CardBody>
    </Card>
  )
}

/** The way from an account to the first package: each step shows once the one before is done. */
function Beginning({ store, namespaces, packages }: SellerOverview) {
  const isMember = namespaces.some(({ isOwn }) => !isOwn)
  return (
    <SellerFrame
      currentHref="/dashboard"
      store={store}
      title={store ? store.name : isMember ? 'Dashboard' : 'Sell on Souk'}
      description={
        store || isMember
          ? undefined
          : 'Agents, prompts, MCP servers and web apps: publish once, anyone can run it.'
      }
      actions={isMember ? <ButtonLink href="/dashboard/publish">Publish a version</ButtonLink> : undefined}
    >
      {store ? <StoreNotice store={store} submitAction={submitStoreAction} /> : null}
      <Shared namespaces={namespaces} packages={packages} />
      <div className={isMember ? 'mt-9' : undefined}>
        <Step store={store} namespaces={namespaces.filter(({ isOwn }) => isOwn).map(({ name }) => name)} />
      </div>
    </SellerFrame>
  )
}

function Step({ store, namespaces }: { store: SellerOverview['store']; namespaces: string[] }) {
  if (store === null) {
    return (
      <OnboardingSteps
        current="store"
        title="Open your store"
        lead="The place where shoppers find everything you publish. It costs nothing and takes a minute."
      >
        <OpenStoreForm action={openStoreAction} />
      </OnboardingSteps>
    )
  }
  if (namespaces.length === 0) {
    return (
      <OnboardingSteps
        current="namespace"
        title="Claim a namespace"
        lead={
          <>
            Every package is called <code className="font-mono text-sm">namespace/name</code>. A namespace
            that is yours is nobody else’s, so people know who is behind a package.
          </>
        }
      >
        <ClaimNamespaceForm action={claimNamespaceAction} suggestion={store.slug} size="lg" />
      </OnboardingSteps>
    )
  }
  return (
    <OnboardingSteps
      current="package"
      title="Publish your first package"
      lead="A package is one YAML file, the manifest. Start from a template or drop a file you have; you see the page before anyone else does."
    >
      <p className="mb-5 text-sm text-muted">
        Yours to publish under:{' '}
        {namespaces.map((name) => (
          <Badge key={name} className="mr-1.5 font-mono">
            {name}
          </Badge>
        ))}
      </p>
      <ButtonLink href="/dashboard/publish" size="lg">
        Write the manifest <ArrowRightIcon />
      </ButtonLink>
    </OnboardingSteps>
  )
}
