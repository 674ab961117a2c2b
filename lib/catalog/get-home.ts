import 'server-only'
import { readHome } from './data.ts'
import type { MarketplaceHome } from './schemas.ts'

const SHELF_SIZE = 12

/** The home page's shelves and category counts, from the materialized views, in one statement. */
export async function getHome(): Promise<MarketplaceHome> {
  return await readHome(SHELF_SIZE)
}
