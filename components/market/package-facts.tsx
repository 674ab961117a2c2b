/** What is known of a package, in one column: version, license, links, tags, and who sells it. */
import { TagList } from '#components/catalog/tag-list'
import { Badge } from '#components/ui/badge'
import { Day } from '#components/ui/date-time'
import { ArrowUpRightIcon } from '#components/ui/icons'
import { Avatar } from '#components/ui/tile'
import type { PackagePage } from '#lib/catalog/schemas'
import Link from 'next/link'
import { groupedCount } from '../catalog/compact-count.ts'

export function PackageFacts({ page }: { page: PackagePage }) {
  const { latestVersion, license, homepage, repository, category, createdAt, updatedAt } = page
  const { soldCount, downloadCount, viewCount } = page
  return (
    <dl className="divide-y divide-line text-sm">
      <Fact term="Latest version">
        <span className="tabular">{latestVersion}</span>
      </Fact>
      <Fact term="Updated">
        <Day iso={updatedAt} />
      </Fact>
      <Fact term="First published">
        <Day iso={createdAt} />
      </Fact>
      <Fact term="License">{license ?? <span className="text-faint">Not stated</span>}</Fact>
      <Fact term="Category">
        <Link
          href={`/categories/${category.slug}`}
          prefetch={false}
          className="text-brand-ink hover:underline"
        >
          {category.name}
        </Link>
      </Fact>
      {homepage ? (
        <Fact term="Homepage">
          <OutsideLink href={homepage} />
        </Fact>
      ) : null}
      {repository ? (
        <Fact term="Repository">
          <OutsideLink href={repository} />
        </Fact>
      ) : null}
      <Fact term="Downloads">
        <span className="tabular">{groupedCount(downloadCount)}</span>
      </Fact>
      {soldCount > 0 ? (
        <Fact term="Sold">
          <span className="tabular">{groupedCount(soldCount)}</span>
        </Fact>
      ) : null}
      <Fact term="Views">
        <span className="tabular">{groupedCount(viewCount)}</span>
      </Fact>
    </dl>
  )
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-1.5">
      <dt className="shrink-0 text-muted">{term}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </div>
  )
}

function OutsideLink({ href }: { href: string }) {
  return (
    <a
      href={href}
      rel="nofollow ugc noopener"
      className="inline-flex max-w-full items-center gap-1 text-brand-ink hover:underline"
    >
      <span className="truncate">{shortAddress(href)}</span>
      <ArrowUpRightIcon className="text-xs" />
    </a>
  )
}

/** The host and the end of the path: what tells addresses apart. */
function shortAddress(href: string): string {
  if (!URL.canParse(href)) return href
  const { host, pathname } = new URL(href)
  const path = pathname.replace(/\/$/, '')
  return `${host.replace(/^www\./, '')}${path}`
}

export function PackageLabels({ page: { tags, capabilities } }: { page: PackagePage }) {
  if (tags.length === 0 && capabilities.length === 0) return null
  return (
    <div className="grid gap-4">
      {tags.length > 0 ? (
        <div>
          <h2 className="mb-1.5 text-sm font-semibold">Tags</h2>
          <TagList tags={tags} />
        </div>
      ) : null}
      {capabilities.length > 0 ? (
        <div>
          <h2 className="mb-1.5 text-sm font-semibold">Capabilities</h2>
          <ul className="flex flex-wrap gap-1.5">
            {capabilities.map((capability) => (
              <li key={capability}>
                <Badge className="font-mono font-normal">{capability}</Badge>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  )
}

export function SellerCard({ store, productType }: Pick<PackagePage, 'store' | 'productType'>) {
  if (!store) return null
  return (
    <Link
      href={`/stores/${store.slug}`}
      prefetch={false}
      className="group flex items-center gap-3 rounded-lg border border-line bg-surface p-3 shadow-sm hover:border-control/70"
    >
      <Avatar name={store.name} size="md" />
      <span className="min-w-0 flex-1">
        <span className="block text-xs text-muted">Sold by</span>
        <span className="block truncate font-semibold group-hover:text-brand-ink">{store.name}</span>
      </span>
      {productType === 'house' ? <Badge tone="brand">House</Badge> : null}
    </Link>
  )
}
