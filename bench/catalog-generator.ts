/**
 * Owns the made-up catalogue that the bench measures: row i of a size is the same on every machine. Words and tags
 * follow Zipf's law (the commonest word stands in a third of all entries), popularity has a long tail. Pure.
 */

export interface GeneratedEntry {
  handle: string
  name: string
  summary: string
  kind: string
  productType: 'house' | 'seller'
  category: { slug: string; name: string }
  store: { slug: string; name: string }
  price: number
  tags: string[]
  rating: { average: number; count: number }
  soldCount: number
  viewCount: number
  downloadCount: number
  createdAt: string
  updatedAt: string
  /** Words that only the text search sees, as a readme has them. */
  readmeWords: string[]
}

const TOPICS = `server agent data tool model code search image text docker database api cloud file message
  chat web browser memory context graph query vector image review release test issue commit branch deploy monitor
  metric log trace alert incident report invoice payment order customer support email calendar meeting note document
  table sheet chart map weather travel price stock market news music video audio speech voice translate language
  summary writer editor prompt template schema contract policy legal risk audit security secret token password
  network proxy gateway router cluster container kernel shell terminal editor compiler parser formatter linter
  package registry mirror cache queue worker scheduler pipeline stream event webhook crawler scraper index archive
  backup restore sync bridge adapter client library plugin theme component dashboard form wizard assistant tutor coach
  planner tracker game puzzle recipe fitness health medical science physics chemistry biology genome protein
  experiment paper citation patent grant budget forecast portfolio wallet ledger auction rental property energy
  sensor robot drone vehicle route logistics warehouse supplier factory design photo sketch font color layout`
  .split(/\s+/)
  .filter((word, index, all) => all.indexOf(word) === index)
const SYLLABLES =
  'ka lo mi ren tu sa vel dor pi na gos lu ter bi wan chi mor fa zel kin ro du par el to vi sul ga ne hax jo qui'.split(
    ' ',
  )
const KINDS = ['mcp-server', 'agent', 'prompt', 'app']
const KIND_SHARES = [0.45, 0.7, 0.88, 1]
const STACKS = 'typescript python rust go java csharp ruby php elixir swift kotlin zig'.split(' ')
const LANGUAGES = 'en de fr es pt zh ja ar hi ru'.split(' ')
const VOCABULARY_SIZE = 100_000
const EPOCH_MS = Date.UTC(2026, 9, 1)
const DAY_MS = 86_400_000

type Random = () => number

/** sfc32: small, fast and the same everywhere. */
function randomFrom(seed: number): Random {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed | 0]
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i += 1) next()
  return next
}

/** Ranks 0…size-1 with probability ∝ 1/(rank + offset)^exponent. */
function zipf(size: number, offset: number, exponent = 1): (random: Random) => number {
  const sums = new Float64Array(size)
  let sum = 0
  for (let rank = 0; rank < size; rank += 1) sums[rank] = sum += 1 / (rank + offset) ** exponent
  return (random) => {
    const wanted = random() * sum
    let [low, high] = [0, size - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Every word the entries are made of, the commonest first. */
export function vocabulary(): string[] {
  const random = randomFrom(7)
  const words = new Set(TOPICS)
  while (words.size < VOCABULARY_SIZE) {
    const count = 2 + Math.floor(random() * 3)
    words.add(Array.from({ length: count }, () => pick(SYLLABLES, random())).join(''))
  }
  return [...words]
}

function pick<T>(list: readonly T[], position: number): T {
  const value = list[Math.floor(position * list.length)]
  if (value === undefined) throw new Error('Position must be from 0 up to 1')
  return value
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

export interface CatalogShape {
  words: readonly string[]
  categories: readonly { slug: string; name: string }[]
}

/** Yields `count` entries with handles that occur once. */
export function* generateEntries(count: number, shape: CatalogShape): Generator<GeneratedEntry> {
  const wordRank = zipf(shape.words.length, 7)
  const nameRank = zipf(shape.words.length, 25)
  const topicRank = zipf(4_000, 3)
  const categoryRank = zipf(shape.categories.length, 2, 0.7)
  const namespaceCount = Math.max(20, Math.floor(count / 8))
  const namespaceRank = zipf(namespaceCount, 30, 0.8)
  const taken = new Set<string>()
  const random = randomFrom(count)
  const word = (rank: number) => shape.words[rank] ?? 'word'
  for (let index = 0; index < count; index += 1) {
    const nameWords = Array.from({ length: 2 + Math.floor(random() * 2.4) }, () => word(nameRank(random)))
    const namespace = namespaceName(namespaceRank(random), shape.words)
    const base = `${namespace}/${nameWords.join('-')}`
    const handle = taken.has(base) ? `${base}-${index.toString(36)}` : base
    taken.add(handle)
    const summaryWords = Array.from({ length: 8 + Math.floor(random() * 9) }, () => word(wordRank(random)))
    const popularity = random() < 0.45 ? 0 : Math.floor(20 / random() ** 1.1) - 20
    const ratingCount = popularity > 40 ? Math.floor((popularity / 60) * random()) : 0
    const createdAtMs = EPOCH_MS - Math.floor(1100 * random() ** 1.5 * DAY_MS)
    const updatedAtMs = createdAtMs + Math.floor((EPOCH_MS - createdAtMs) * random())
    yield {
      handle,
      name: nameWords.map(capitalised).join(' '),
      summary: `${capitalised(summaryWords.join(' '))}.`,
      kind: KINDS[KIND_SHARES.findIndex((share) => random() < share || share === 1)] ?? 'app',
      productType: random() < 0.03 ? 'house' : 'seller',
      category: pick(shape.categories, categoryRank(random) / shape.categories.length),
      store: { slug: `store-${namespace}`, name: `Store of ${namespace}` },
      price: random() < 0.78 ? 0 : 99 + 100 * Math.floor(50 * random() ** 3),
      tags: tagsOf(random, word, topicRank),
      rating: {
        average: ratingCount === 0 ? 0 : Math.round((3 + 2 * Math.sqrt(random())) * 100) / 100,
        count: ratingCount,
      },
      soldCount: Math.floor(popularity * 0.1 * random()),
      viewCount: popularity * 12,
      downloadCount: Math.floor(popularity * 3 * random()),
      createdAt: new Date(createdAtMs).toISOString(),
      updatedAt: new Date(updatedAtMs).toISOString(),
      readmeWords: Array.from({ length: 14 }, () => word(wordRank(random))),
    }
  }
}

function namespaceName(rank: number, words: readonly string[]): string {
  const word = words[(rank * 37) % words.length] ?? 'space'
  return rank < words.length ? word : `${word}-${Math.floor(rank / words.length)}`
}

function tagsOf(random: Random, word: (rank: number) => string, topicRank: (random: Random) => number) {
  const tags = new Set([`topic:${word(topicRank(random))}`, `topic:${word(topicRank(random))}`])
  if (random() < 0.7) tags.add(`stack:${pick(STACKS, random() ** 2)}`)
  if (random() < 0.5) tags.add(`language:${pick(LANGUAGES, random() ** 3)}`)
  if (random() < 0.4) tags.add(`task:${word(150 + Math.floor(60 * random() ** 2))}`)
  return [...tags].toSorted()
}
