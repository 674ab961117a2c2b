/** A list as its page shows it. What the database had no time to answer whole is shown once and kept by nobody. */
import { keepFromCaches } from '#lib/http/page-status'
import { listMarketplace } from '#lib/search/list-marketplace'
import type { MarketplacePage, MarketplaceQuery } from '#lib/search/schemas'

export async function listForPage(query: MarketplaceQuery): Promise<MarketplacePage> {
  const page = await listMarketplace(query)
  if (page.meta.incomplete) keepFromCaches()
  return page
}
