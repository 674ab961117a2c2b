/**
 * Owns what the palette offers for a text, in which groups, where each choice leads, and how keys walk through it. Pure:
 * the palette itself only draws and asks.
 */
import type { PackageCard } from '#lib/catalog/schemas'
import type { SearchHistory, Suggestions, Trending } from '#lib/search/schemas'
import { ApiError } from '#lib/client/api'
import { packageHref, searchHref } from '../catalog/search-href.ts'
import { EVERGREEN } from './evergreen.ts'

export type PaletteOption =
  | { type: 'recent'; key: string; id: number; text: string }
  | { type: 'query'; key: string; text: string }
  | { type: 'package'; key: string; card: PackageCard }
  | { type: 'tag-key'; key: string; text: string }
  | { type: 'tag'; key: string; text: string; count: number }

export interface PaletteGroup {
  title: string
  /** What one of them is called when they are counted aloud. */
  noun: [one: string, many: string]
  options: PaletteOption[]
}

const RECENT_MAX = 6
const PACKAGES_MAX = 6

export interface PaletteFacts {
  text: string
  suggestions?: Suggestions
  history?: SearchHistory
  trending?: Trending
}

export function paletteGroups(facts: PaletteFacts): PaletteGroup[] {
  const groups = facts.text.trim() === '' ? groupsBeforeTyping(facts) : groupsWhileTyping(facts)
  return groups.filter(({ options }) => options.length > 0)
}

function groupsBeforeTyping({ history, trending }: PaletteFacts): PaletteGroup[] {
  const recent = new Map<string, PaletteOption>()
  for (const { id, query } of history?.items ?? []) {
    if (recent.size === RECENT_MAX) break
    if (!recent.has(query)) recent.set(query, { type: 'recent', key: `recent ${id}`, id, text: query })
  }
  const popular = [...(trending?.trending ?? []), ...(trending?.popular ?? [])]
  // Never an empty box, once it is known that there is nothing better.
  const ideas = trending && popular.length === 0 && recent.size === 0 ? EVERGREEN : []
  return [
    { title: 'Your searches', noun: ['recent search', 'recent searches'], options: [...recent.values()] },
    {
      title: 'Trending',
      noun: ['trending search', 'trending searches'],
      options: popular
        .filter(({ query }) => !recent.has(query))
        .slice(0, RECENT_MAX)
        .map(({ query }) => ({ type: 'query', key: `query ${query}`, text: query })),
    },
    {
      title: 'Try',
      noun: ['idea', 'ideas'],
      options: ideas.map((query) => ({ type: 'query', key: `query ${query}`, text: query })),
    },
  ]
}

function groupsWhileTyping({ text, suggestions }: PaletteFacts): PaletteGroup[] {
  const { queries = [], packages = [], tags = [] } = suggestions ?? {}
  const typed = text.trim().toLowerCase()
  const tagKeys = [...new Set(tags.map(({ key }) => key))].filter((key) => `${key}:` !== typed)
  return [
    {
      title: 'Packages',
      noun: ['package', 'packages'],
      options: packages
        .slice(0, PACKAGES_MAX)
        .map((card) => ({ type: 'package', key: `package ${card.registry} ${card.handle}`, card })),
    },
    {
      title: 'Popular searches',
      noun: ['popular search', 'popular searches'],
      options: queries.map((query) => ({ type: 'query', key: `query ${query}`, text: query })),
    },
    {
      title: 'Tag keys',
      noun: ['tag key', 'tag keys'],
      // A key that is already written out needs no help.
      options: tagKeys
        .filter((key) => !typed.startsWith(`${key}:`))
        .map((key) => ({ type: 'tag-key', key: `key ${key}`, text: `${key}:` })),
    },
    {
      title: 'Tags',
      noun: ['tag', 'tags'],
      options: tags.map(({ key, value, count }) => ({
        type: 'tag',
        key: `tag ${key}:${value}`,
        text: `${key}:${value}`,
        count,
      })),
    },
  ]
}

/** Where choosing leads; `null` for what only goes on writing. */
export function hrefOfOption(option: PaletteOption): string | null {
  switch (option.type) {
    case 'package':
      return packageHref(option.card.handle)
    case 'tag':
      return searchHref({ tags: [option.text] })
    case 'tag-key':
      return null
    default:
      return searchHref({ q: option.text })
  }
}

/** What Tab writes into the box. */
export function completionOf(option: PaletteOption): string {
  return option.type === 'package' ? option.card.handle : option.text
}

export type PaletteKey = 'ArrowDown' | 'ArrowUp' | 'Home' | 'End'

/** The option that a key leads to; `null` is the box itself, between the last and the first. */
export function nextOption(
  keys: readonly string[],
  active: string | null,
  pressed: PaletteKey,
): string | null {
  const at = active === null ? -1 : keys.indexOf(active)
  if (pressed === 'Home') return keys[0] ?? null
  if (pressed === 'End') return keys.at(-1) ?? null
  if (pressed === 'ArrowDown') return keys[at + 1] ?? null
  return (at === -1 ? keys.at(-1) : keys[at - 1]) ?? null
}

/** For people who hear the page: `3 packages, 1 tag`. */
export function spokenCounts(groups: readonly PaletteGroup[]): string {
  if (groups.length === 0) return 'No suggestions'
  return groups
    .map(({ options, noun: [one, many] }) => `${options.length} ${options.length === 1 ? one : many}`)
    .join(', ')
}

export interface Piece {
  text: string
  isMatch: boolean
}

/** Cuts `text` so that the beginnings of words that were typed stand apart. Joined, the pieces are `text`. */
export function highlighted(text: string, typed: string): Piece[] {
  const words = typed
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (words.length === 0) return [{ text, isMatch: false }]
  const beginnings = new RegExp(`(?<![\\p{L}\\p{N}])(${words.join('|')})`, 'giu')
  return text
    .split(beginnings)
    .map((piece, index) => ({ text: piece, isMatch: index % 2 === 1 }))
    .filter((piece) => piece.text !== '')
}

/** What is said in place of suggestions: searching goes on without them. */
export function suggestionFailure(error: Error): string {
  if (!(error instanceof ApiError) || error.code !== 'rate_limited') {
    return 'Suggestions are not available just now. Enter still searches.'
  }
  return `That was a lot of typing. Suggestions are back in ${error.retryAfterSeconds ?? 60} seconds.`
}
