'use client'
/**
 * The order of a list, as a GET form. Choosing submits it; where scripts do not run, a button does. It keeps no state:
 * the address does.
 */
import { buttonClass } from '#components/ui/button'
import { Select } from '#components/ui/select'
import { searchPairs, type SearchSort, type SearchState } from './search-href.ts'

const LABELS: Record<SearchSort, string> = {
  relevance: 'Best match',
  hot: 'Hottest',
  new: 'Newest',
  rating: 'Top rated',
  price: 'Price',
  name: 'Name',
  handle: 'Handle',
}

export interface SortSelectProps {
  state: SearchState
  path?: string
}

export function SortSelect({ state, path = '/search' }: SortSelectProps) {
  const options = (Object.keys(LABELS) as SearchSort[]).filter((sort) => sort !== 'relevance' || state.q)
  const current = state.sort ?? (state.q ? 'relevance' : 'hot')
  return (
    <form data-slot="sort-select" action={path} method="get" className="flex items-center gap-2">
      {searchPairs({ ...state, sort: undefined }).map(([name, value]) => (
        <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
      ))}
      <label className="flex items-center gap-2 text-sm whitespace-nowrap text-muted">
        <span className="max-sm:sr-only">Sort by</span>
        <Select
          // A new address brings a new default, which an uncontrolled select would ignore.
          key={current}
          name="sort"
          defaultValue={current}
          onChange={(event) => event.currentTarget.form?.requestSubmit()}
        >
          {options.map((sort) => (
            <option key={sort} value={sort}>
              {LABELS[sort]}
            </option>
          ))}
        </Select>
      </label>
      <span className="hidden [@media(scripting:none)]:contents">
        <button type="submit" className={buttonClass({ variant: 'secondary' })}>
          Sort
        </button>
      </span>
    </form>
  )
}
