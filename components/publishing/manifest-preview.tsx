'use client'
/** How the package will look: its page and its card. It shows what the manifest says and adds nothing. */
import { KindBadge } from '#components/catalog/kind-badge'
import { PackageCard } from '#components/catalog/package-card'
import { PriceTag } from '#components/catalog/price-tag'
import { TagText } from '#components/catalog/tag-list'
import { Badge } from '#components/ui/badge'
import { Skeleton } from '#components/ui/skeleton'
import { Tab, TabList, TabPanel, Tabs } from '#components/ui/tabs'
import { PackageTile } from '#components/ui/tile'
import type { PackageCard as Card } from '#lib/catalog/schemas'
import type { Manifest } from '#lib/kernel/manifest'
import { lazy, Suspense } from 'react'

// Rendering Markdown weighs more than the rest of the page, and only those who look need it.
const Markdown = lazy(async () => ({ default: (await import('#components/ui/markdown')).Markdown }))

export interface ManifestPreviewProps {
  manifest: Manifest | null
  store: { slug: string; name: string }
  category: { slug: string; name: string }
  /** The text has faults by now, and the preview shows what it was before. */
  isStale: boolean
}

export function ManifestPreview({ manifest, store, category, isStale }: ManifestPreviewProps) {
  return (
    <section data-slot="manifest-preview" aria-labelledby="preview-title">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="preview-title" className="font-display text-lg font-semibold">
          Preview
        </h2>
        {isStale && manifest ? <span className="text-xs text-muted">before the present faults</span> : null}
      </div>
      {manifest ? (
        <Tabs defaultValue="page">
          <TabList aria-label="Preview">
            <Tab value="page">Page</Tab>
            <Tab value="card">Card</Tab>
            <Tab value="details">Details</Tab>
          </TabList>
          <TabPanel value="page">
            <PagePreview manifest={manifest} storeName={store.name} />
          </TabPanel>
          <TabPanel value="card">
            {/* Its link leads nowhere until the package is out. */}
            <div inert className="max-w-sm">
              <PackageCard item={cardOf(manifest, store, category)} />
            </div>
          </TabPanel>
          <TabPanel value="details">
            <Details manifest={manifest} />
          </TabPanel>
        </Tabs>
      ) : (
        <p className="mt-2 rounded-md border border-dashed border-control/50 px-4 py-8 text-center text-sm text-muted">
          The page shows here as soon as the manifest has no faults.
        </p>
      )}
    </section>
  )
}

function PagePreview({ manifest, storeName }: { manifest: Manifest; storeName: string }) {
  const { id, version, kind, metadata } = manifest
  return (
    <article className="overflow-hidden rounded-lg border border-line bg-surface p-4 shadow-sm">
      <div className="flex items-start gap-3.5">
        <PackageTile handle={id} iconUrl={null} size="lg" />
        <div className="min-w-0">
          <h3 className="font-display text-xl font-semibold">{metadata.name}</h3>
          <p className="truncate text-xs text-muted">
            {id} · {version} · by {storeName}
          </p>
          <div className="mt-1.5 flex flex-wrap items-center gap-2">
            <KindBadge kind={kind} />
            {metadata.license ? <Badge>{metadata.license}</Badge> : null}
            <PriceTag price={{ amount: 0, currency: 'USD' }} />
          </div>
        </div>
      </div>
      <p className="mt-3.5 text-muted">{metadata.description}</p>
      {metadata.tags.length > 0 ? (
        <ul aria-label="Tags" className="mt-3 flex flex-wrap gap-1.5">
          {metadata.tags.map((tag) => (
            <li
              key={tag}
              className="inline-flex h-6 max-w-full items-center rounded-sm border border-line px-2 text-xs"
            >
              <TagText tag={tag} />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="mt-4 border-t border-line pt-4">
        {metadata.readme ? (
          <Suspense fallback={<ReadmeSkeleton />}>
            <Markdown source={metadata.readme} topLevel={4} />
          </Suspense>
        ) : (
          <p className="text-sm text-muted">Without a readme, the page has no body.</p>
        )}
      </div>
    </article>
  )
}

function ReadmeSkeleton() {
  return (
    <div aria-busy="true" className="grid gap-2.5">
      <Skeleton className="h-5 w-1/3" />
      <Skeleton className="h-4" />
      <Skeleton className="h-4 w-4/5" />
    </div>
  )
}

function Details({ manifest: { metadata, dependencies } }: { manifest: Manifest }) {
  const ranges = Object.entries(dependencies)
  const rows = [
    ['Homepage', metadata.homepage],
    ['Repository', metadata.repository],
    ['Capabilities', metadata.capabilities.join(', ')],
    ['Depends on', ranges.map(([handle, range]) => `${handle} ${range}`).join(', ')],
  ].filter(([, value]) => value)
  if (rows.length === 0) {
    return <p className="text-sm text-muted">No links, capabilities or dependencies are stated.</p>
  }
  return (
    <dl className="grid gap-3 text-sm">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The card as it would be on the day of publishing. */
function cardOf(
  { id, version, kind, metadata }: Manifest,
  store: ManifestPreviewProps['store'],
  category: ManifestPreviewProps['category'],
): Card {
  const now = new Date(0).toISOString()
  return {
    handle: id,
    name: metadata.name,
    summary: metadata.description,
    kind,
    productType: 'seller',
    price: { amount: 0, currency: 'USD' },
    category,
    store,
    iconUrl: null,
    latestVersion: version,
    tags: metadata.tags,
    rating: { average: 0, count: 0 },
    soldCount: 0,
    viewCount: 0,
    downloadCount: 0,
    registry: 'local',
    createdAt: now,
    updatedAt: now,
  }
}
