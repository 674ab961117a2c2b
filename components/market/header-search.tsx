'use client'
/** The header's search box, holding the words that the page answers, so that they can be changed. */
import { SearchForm } from '#components/shell/search-form'
import { usePathname, useSearchParams } from 'next/navigation'

export function HeaderSearch() {
  const isSearch = usePathname() === '/search'
  const q = useSearchParams().get('q') ?? ''
  const words = isSearch ? q.slice(0, 200) : ''
  // A new address brings new words, which an uncontrolled input would ignore.
  return <SearchForm key={words} defaultValue={words} />
}
