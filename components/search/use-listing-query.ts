'use client'
/**
 * Asks for a list page by page. The first page comes with the document; every other question has its own key, so a late
 * answer never replaces a newer one, and a question that nobody asks any more is cancelled.
 */
import type { PackageCard } from '#lib/catalog/schemas'
import { isUnanswered, listingKey, listingQuery, type ListingQuestion } from '#lib/search/contract'
import type { MarketplacePage } from '#lib/search/schemas'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useMemo } from 'react'
import { savedPosition } from './listing-position.ts'

export interface ServedListing {
  question: ListingQuestion
  result: MarketplacePage
  /** Tells one rendering of the server from another. */
  servedAt: number
}

/** Renderings that were already taken over: going back shows the same one again, and what was loaded since is kept. */
const taken = new Set<string>()

export function useListingQuery(question: ListingQuestion, served: ServedListing) {
  const client = useQueryClient()
  const key = JSON.stringify(listingKey(question))
  // What the server had no time for is asked for anew.
  const isServed = key === JSON.stringify(listingKey(served.question)) && !isUnanswered(served.result)
  const answer = useInfiniteQuery({
    ...listingQuery(question),
    ...(isServed
      ? {
          initialData: { pages: [served.result], pageParams: [null] },
          initialDataUpdatedAt: served.servedAt,
        }
      : {}),
    placeholderData: keepPreviousData,
  })

  useLayoutEffect(() => {
    const rendering = `${key} ${served.servedAt}`
    if (!isServed || taken.has(rendering)) return
    taken.add(rendering)
    const servedKey = listingKey(served.question)
    const known = client.getQueryData<{ pages: unknown[] }>(servedKey)
    // Somebody came here anew, not back: they get what is true now. Where it is what they see, nothing is drawn again.
    if (savedPosition() === null && known?.pages[0] !== served.result) {
      client.setQueryData(servedKey, { pages: [served.result], pageParams: [null] })
    }
  }, [client, isServed, key, served])

  const items = useMemo(() => uniqueItems(answer.data?.pages ?? []), [answer.data])
  return { ...answer, key, items, meta: answer.data?.pages[0]?.meta }
}

/** Between two pages a package may move down the order and come again. */
function uniqueItems(pages: MarketplacePage[]): PackageCard[] {
  const byKey = new Map<string, PackageCard>()
  for (const item of pages.flatMap((page) => page.items)) {
    const key = itemKeyOf(item)
    if (!byKey.has(key)) byKey.set(key, item)
  }
  return [...byKey.values()]
}

export function itemKeyOf({ registry, handle }: PackageCard): string {
  return `${registry} ${handle}`
}
