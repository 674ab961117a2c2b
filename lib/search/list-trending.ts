import 'server-only'
import { readPopularSearches } from './history-data.ts'
import type { Trending } from './schemas.ts'

const CONSIDERED = 50
const EACH_MAX = 8

/** What several people searched for lately: what trends, and what is popular besides. */
export async function listTrending(): Promise<Trending> {
  const searches = await readPopularSearches(CONSIDERED)
  return {
    trending: searches.filter(({ isTrending }) => isTrending).slice(0, EACH_MAX),
    popular: searches.filter(({ isTrending }) => !isTrending).slice(0, EACH_MAX),
  }
}
