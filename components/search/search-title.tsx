'use client'
/** What the search page shows, in its heading and in the window's title, as the address has it now. */
import { KIND_NAMES } from '#lib/kernel/kind-names'
import { useSearchParams } from 'next/navigation'
import { useEffect } from 'react'
import { searchTitle } from './search-title-text.ts'

export function SearchTitle() {
  const params = useSearchParams()
  const kind = KIND_NAMES.find((name) => name === params.get('kind'))
  const title = searchTitle({ q: params.get('q')?.trim().slice(0, 200), kind })
  useEffect(() => {
    // The document came with the title of the search it came with.
    document.title = `${title} · Souk`
  }, [title])
  return title
}
