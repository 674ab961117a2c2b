/** What the person has: bought and free packages, what is new in them, and how to take them home. */
import { LibraryRow } from '#components/commerce/library-row'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { siteUrl } from '#lib/catalog/page-metadata'
import { getLibraryEndpoint } from '#lib/commerce/endpoints'
import { getLibrary } from '#lib/commerce/get-library'
import { requireUser } from '#lib/identity/require-user'
import { listMetered } from '#lib/metering/list-metered'
import type { Metadata } from 'next'
import { readPage } from '../page-query.ts'

export const metadata: Metadata = { title: 'Library' }

export default async function LibraryPage({ searchParams }: PageProps<'/library'>) {
  const user = await requireUser('/library')
  const [{ page }, metered] = await Promise.all([
    readPage(getLibraryEndpoint.query, await searchParams, (query) => getLibrary(user, query)),
    listMetered(user),
  ])
  const byUse = new Set(metered.map(({ handle }) => handle))
  const origin = siteUrl().replace(/\/$/, '')
  return (
    <>
      <PageHeader
        title="Library"
        description="What you bought or got, with every version."
        actions={
          <ButtonLink href="/orders" prefetch={false} variant="secondary">
            Orders and receipts
          </ButtonLink>
        }
      />
      {page.items.length === 0 ? (
        <EmptyState
          title="Nothing here yet"
          actions={<ButtonLink href="/search">Browse the market</ButtonLink>}
        >
          Packages that you buy or get stand here, and say when there is a newer version.
        </EmptyState>
      ) : (
        <ul
          aria-label="Library"
          className="max-w-4xl divide-y divide-line rounded-lg border border-line bg-surface shadow-sm"
        >
          {page.items.map((item) => (
            <LibraryRow
              key={item.package.handle}
              item={item}
              origin={origin}
              isMetered={byUse.has(item.package.handle)}
            />
          ))}
        </ul>
      )}
      {page.meta.nextCursor ? (
        <nav aria-label="Pages" className="mt-5">
          <ButtonLink
            href={`/library?cursor=${encodeURIComponent(page.meta.nextCursor)}`}
            prefetch={false}
            rel="next"
            variant="secondary"
          >
            Older
          </ButtonLink>
        </nav>
      ) : null}
    </>
  )
}
