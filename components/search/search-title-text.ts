import { KINDS } from '../catalog/kind.ts'
import type { SearchState } from '../catalog/search-href.ts'

/** What a search page is called. */
export function searchTitle({ q, kind }: Pick<SearchState, 'q' | 'kind'>): string {
  if (q) return `Results for “${q}”`
  return kind ? KINDS[kind].many : 'All packages'
}
