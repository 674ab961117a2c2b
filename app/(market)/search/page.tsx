import { Listing } from '#components/search/listing'
import { SearchLinks } from '#components/search/search-links'
import { SearchTitle } from '#components/search/search-title'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { categoriesForEverybody } from '#lib/catalog/for-everybody'
import { pageMetadata } from '#lib/catalog/page-metadata'
import { listTrending } from '#lib/search/list-trending'
import { readPageQuery, toMarketplaceQuery } from '#lib/search/page-query'
import type { Trending } from '#lib/search/schemas'
import type { Metadata } from 'next'
import { answerPage } from '../answer.tsx'
import { listForPage } from '../list-for-page.ts'
import { KINDS } from '../../../components/catalog/kind.ts'
import { searchHref } from '../../../components/catalog/search-href.ts'
import { isNarrowed } from '../../../components/search/listing-state.ts'
import { searchTitle } from '../../../components/search/search-title-text.ts'

const PATH = '/search'
const TRENDING_MAX = 8

export async function generateMetadata({ searchParams }: PageProps<'/search'>): Promise<Metadata> {
  const query = readPageQuery(await searchParams)
  const { kind } = query.filters
  // A kind is a shelf of its own; every other narrowing is somebody's passing question.
  const isShelf = Object.keys(query.filters).every((name) => name === 'kind') && query.page === 1
  return pageMetadata({
    title: searchTitle(query.filters),
    description: kind
      ? `${KINDS[kind].many} on Souk: ${KINDS[kind].gist.toLowerCase()}. Compare, read and run them.`
      : 'Search every package on Souk by words, kind, category, price and tags.',
    // Named as the same page rather than kept out: whoever links to a question lends its weight to the listing.
    path: isShelf ? searchHref({ kind }) : PATH,
  })
}

export default function SearchPage(props: PageProps<'/search'>) {
  return answerPage(() => render(props))
}

async function render({ searchParams }: PageProps<'/search'>) {
  const query = readPageQuery(await searchParams)
  const [result, categories, trending] = await Promise.all([
    listForPage(toMarketplaceQuery(query)),
    categoriesForEverybody(),
    isNarrowed(query) ? null : listTrending(),
  ])
  return (
    <div className="page-width">
      <PageHeader
        title={<SearchTitle />}
        description={trending && <TrendingNow trending={trending} />}
        crumbs={[{ label: 'Souk', href: '/' }, { label: 'Search' }]}
      />
      <Listing
        served={{ query, result, servedAt: Date.now() }}
        path={PATH}
        categories={categories.filter(({ productCount }) => productCount > 0)}
        searchLabel="Search all packages"
        emptyShelf={
          <EmptyState
            title="The market has just opened"
            actions={<ButtonLink href="/dashboard">Open a store</ButtonLink>}
          >
            No package stands here yet. Open a store and publish the first one.
          </EmptyState>
        }
      />
    </div>
  )
}

function TrendingNow({ trending: { trending, popular } }: { trending: Trending }) {
  const queries = [...trending, ...popular].map(({ query }) => query).slice(0, TRENDING_MAX)
  if (queries.length === 0) return null
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 text-sm">
      <span>Trending</span>
      <SearchLinks label="Trending searches" queries={queries} />
    </div>
  )
}
