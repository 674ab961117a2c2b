'use client'
/**
 * Asks what the palette offers. Answers belong to their text, so a late one never replaces a newer one; a question whose
 * text has changed is cancelled.
 */
import {
  deleteSearch,
  deleteSearches,
  HISTORY_KEY,
  historyQuery,
  suggestionsKey,
  suggestionsQuery,
  trendingQuery,
} from '#lib/search/contract'
import type { SearchHistory, Suggestions } from '#lib/search/schemas'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { paletteGroups, suggestionFailure } from './palette-options.ts'
import { suggestionsAtHand } from './suggestions-at-hand.ts'
import { useDebounced } from './use-debounced.ts'

/** Between the keys of a fast typist, and below what anybody notices. */
const DEBOUNCE_MS = 150
/** Nothing that is known fits: what comes is most likely a slip of the finger, or nothing. */
const SPENT_MS = 600

export function usePaletteGroups(text: string, isSignedIn: boolean) {
  const client = useQueryClient()
  const typed = text.trim()
  const isTyping = typed !== ''
  const atHand = suggestionsAtHand((known) => client.getQueryData<Suggestions>(suggestionsKey(known)), typed)
  const asked = useDebounced(typed, atHand.isSpent ? SPENT_MS : DEBOUNCE_MS)
  const suggestions = useQuery({
    ...suggestionsQuery(asked),
    enabled: isTyping && asked === typed && atHand.suggestions === null,
    placeholderData: keepPreviousData,
  })
  const history = useQuery({ ...historyQuery(), enabled: isSignedIn && !isTyping, staleTime: 0 })
  const trending = useQuery({ ...trendingQuery(), enabled: !isTyping })
  const forgetting = useMutation({
    mutationFn: (id: number | null) => (id === null ? deleteSearches() : deleteSearch(id)),
    onMutate: async (id) => {
      await client.cancelQueries({ queryKey: HISTORY_KEY })
      client.setQueryData<SearchHistory>(HISTORY_KEY, (known) => known && without(known, id))
    },
    onSettled: () => client.invalidateQueries({ queryKey: HISTORY_KEY }),
  })

  const hasFailed = isTyping && atHand.suggestions === null && suggestions.isError
  const isAsking = isTyping
    ? atHand.suggestions === null && (asked !== typed || suggestions.isFetching)
    : trending.isLoading || (isSignedIn && history.isLoading)
  return {
    groups: paletteGroups({
      text,
      // What is left from the text before stays only while the answer to this one is under way.
      suggestions: atHand.suggestions ?? (suggestions.isError ? undefined : suggestions.data),
      history: isSignedIn ? history.data : undefined,
      trending: trending.data,
    }),
    state: isAsking ? ('asking' as const) : hasFailed ? ('failed' as const) : ('settled' as const),
    failure: hasFailed ? suggestionFailure(suggestions.error) : null,
    history: isSignedIn && !isTyping ? history.data : undefined,
    forget: (id: number) => forgetting.mutate(id),
    forgetAll: () => forgetting.mutate(null),
  }
}

/** One search is one entry here however often it was made; the same words go together. */
function without(history: SearchHistory, id: number | null): SearchHistory {
  const items = id === null ? [] : history.items.filter((item) => item.id !== id)
  return { ...history, items }
}
