import { Listing, activeFilterCount, listingState } from '#components/market/listing'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { listCategories } from '#lib/catalog/list-categories'
import { pageMetadata } from '#lib/catalog/page-metadata'
import { listMarketplace } from '#lib/search/list-marketplace'
import { type PageQuery, readPageQuery, toMarketplaceQuery } from '#lib/search/page-query'
import type { Metadata } from 'next'
import Link from 'next/link'
import { answerPage } from '../answer.tsx'
import { KINDS } from '../../../components/catalog/kind.ts'
import { searchHref } from '../../../components/catalog/search-href.ts'

const PATH = '/search'
const SUGGESTIONS = ['postgres', 'browser', 'github', 'code review', 'translate', 'kubernetes']

export async function generateMetadata({ searchParams }: PageProps<'/search'>): Promise<Metadata> {
  const query = readPageQuery(await searchParams)
  const { kind } = query.filters
  // A kind is a shelf of its own; every other narrowing is somebody's passing question.
  const isShelf = Object.keys(query.filters).every((name) => name === 'kind') && query.page === 1
  return pageMetadata({
    title: titleOf(query),
    description: kind
      ? `${KINDS[kind].many} on Souk: ${KINDS[kind].gist.toLowerCase()}. Compare, read and run them.`
      : 'Search every package on Souk by words, kind, category, price and tags.',
    path: isShelf ? searchHref({ kind }) : PATH,
    isIndexed: isShelf,
  })
}

export default function SearchPage(props: PageProps<'/search'>) {
  return answerPage(() => render(props))
}

async function render({ searchParams }: PageProps<'/search'>) {
  const query = readPageQuery(await searchParams)
  const [result, categories] = await Promise.all([
    listMarketplace(toMarketplaceQuery(query)),
    listCategories(),
  ])
  const { q, category } = query.filters
  return (
    <div className="page-width">
      <PageHeader title={titleOf(query)} crumbs={[{ label: 'Souk', href: '/' }, { label: 'Search' }]} />
      <Listing
        query={query}
        result={result}
        path={PATH}
        categories={categories.filter(({ slug, productCount }) => productCount > 0 || slug === category)}
        empty={<NothingFound q={q} query={query} isBeyondEnd={result.meta.total > 0} />}
      />
    </div>
  )
}

function titleOf({ filters: { q, kind } }: PageQuery): string {
  if (q) return `Results for “${q}”`
  return kind ? KINDS[kind].many : 'All packages'
}

function NothingFound({ q, query, isBeyondEnd }: { q?: string; query: PageQuery; isBeyondEnd: boolean }) {
  const state = listingState(query)
  if (isBeyondEnd) {
    return (
      <EmptyState
        title="The list ends before this page"
        actions={<ButtonLink href={searchHref(state)}>Go to the first page</ButtonLink>}
      />
    )
  }
  const isFiltered = activeFilterCount(state) > 0
  return (
    <EmptyState
      title={q ? `Nothing found for “${q}”` : 'Nothing matches these filters'}
      actions={
        <>
          {isFiltered ? (
            <ButtonLink href={searchHref({ q, sort: state.sort, view: state.view })}>
              Remove the filters
            </ButtonLink>
          ) : null}
          <ButtonLink href="/categories" variant="secondary">
            Browse categories
          </ButtonLink>
        </>
      }
    >
      <p>
        {isFiltered ? 'Fewer filters may help.' : 'Try fewer or more general words.'} People also look for:
      </p>
      <ul className="mt-2 flex flex-wrap justify-center gap-x-4">
        {SUGGESTIONS.filter((word) => word !== q).map((word) => (
          <li key={word}>
            <Link
              href={searchHref({ q: word })}
              prefetch={false}
              className="inline-flex min-h-6 items-center text-brand-ink underline underline-offset-4"
            >
              {word}
            </Link>
          </li>
        ))}
      </ul>
    </EmptyState>
  )
}
