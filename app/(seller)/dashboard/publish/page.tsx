/** Publishing: a new package, or with `?package=namespace/name` the next version of one. */
import { PublishWorkbench } from '#components/publishing/publish-workbench'
import { SellerFrame } from '#components/publishing/seller-frame'
import { StoreNotice } from '#components/publishing/store-notice'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { downloadManifest } from '#lib/catalog/download-manifest'
import { listCategories } from '#lib/catalog/list-categories'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import { nextVersion, withVersion } from '#lib/publishing/next-version'
import type { SellerOverview } from '#lib/publishing/schemas'
import type { Metadata } from 'next'
import { submitStoreAction } from '../actions.ts'
import { publishAction } from './actions.ts'

export const metadata: Metadata = { title: 'Publish' }

interface PublishPageProps {
  searchParams: Promise<{ package?: string | string[] }>
}

export default async function PublishPage({ searchParams }: PublishPageProps) {
  const { package: asked } = await searchParams
  const user = await requireUser('/dashboard/publish')
  const [overview, categories] = await Promise.all([getSellerOverview(user), listCategories()])
  const { store, namespaces, packages } = overview
  const current = packages.find(({ handle }) => handle === asked)
  return (
    <SellerFrame
      currentHref="/dashboard/publish"
      store={store}
      title={current ? `Next version of ${current.name}` : 'Publish a package'}
      description={
        current
          ? `The latest is ${current.latestVersion}.`
          : 'Write it, look at it, publish it. Shoppers see nothing before.'
      }
    >
      {namespaces.length > 0 ? (
        <>
          {store ? <StoreNotice store={store} submitAction={submitStoreAction} /> : null}
          <PublishWorkbench
            key={current?.handle ?? ''}
            draftOwner={user.userId}
            stores={Object.fromEntries(namespaces.map((namespace) => [namespace.name, namespace.store]))}
            owned={{
              namespaces: namespaces.map(({ name }) => name),
              packages: packages.map(({ handle, kind, latestVersion }) => ({ handle, kind, latestVersion })),
            }}
            categories={categories.map(({ slug, name }) => ({ slug, name }))}
            handle={current?.handle ?? null}
            initialText={current ? await nextManifest(user, current) : ''}
            action={publishAction}
          />
        </>
      ) : (
        <EmptyState
          title={store ? 'Claim a namespace first' : 'Open a store first'}
          actions={
            <ButtonLink href="/dashboard">{store ? 'Claim a namespace' : 'Open your store'}</ButtonLink>
          }
        >
          {store
            ? 'Every package lives under a namespace that is yours or that you look after.'
            : 'It takes a minute, costs nothing, and gives your packages a home.'}
        </EmptyState>
      )}
    </SellerFrame>
  )
}

/** The latest manifest with its version counted up, to be edited into the next one. */
async function nextManifest(user: UserActor, item: SellerOverview['packages'][number]): Promise<string> {
  const { latestVersion } = item
  if (latestVersion === null) return ''
  try {
    const read = await downloadManifest(user, item.handle, latestVersion)
    if (read.kind !== 'bytes') return ''
    const version = nextVersion(latestVersion)
    const yaml = read.bytes.toString('utf8')
    return (version === null ? null : withVersion(yaml, version)) ?? yaml
  } catch (error) {
    if (error instanceof Problem) return ''
    throw error
  }
}
