/** What a catalogue query may hold, as plain values: browsers read addresses by them without the schemas. */
export const PAGE_SIZE_DEFAULT = 24
export const PAGE_SIZE_MAX = 200
/** Deeper than this an offset costs more than it is worth: the cursor goes on at any depth. */
export const OFFSET_MAX = 10_000
export const Q_MAX_LENGTH = 200
/** What suggestions are asked for; the rest of a longer text says no more. */
export const SUGGEST_MAX_LENGTH = 100
export const SUGGESTIONS_MAX = 8
export const TAGS_MAX = 10
export const RATING_MAX = 5
export const REGISTRY_URL_MAX_LENGTH = 300
export const SORT_NAMES = ['relevance', 'hot', 'new', 'name', 'handle', 'rating', 'price'] as const
export const PRICE_NAMES = ['free', 'paid'] as const
export const SLUG_MAX_LENGTH = 64
export const SLUG_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
