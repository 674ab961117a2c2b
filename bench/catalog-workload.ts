/** Owns what the bench asks for: for each class of request an endless, deterministic series of addresses. */
import { pageCursor } from '#lib/search/rules'
import type { MarketplaceSort } from '#lib/search/schemas'
import { vocabulary } from './catalog-generator.ts'

export interface Workload {
  name: string
  path: (index: number) => string
  /** Every answer must list something. */
  findsSomething: boolean
}

/** Where a deep page of an order begins, read from the database. */
export interface DeepPosition {
  sort: MarketplaceSort
  q?: string
  key: string
  id: number
  depth: number
}

const MIX = ['common', 'common', 'multi', 'multi', 'rare', 'prefix', 'prefix', 'typo', 'tag', 'filtered']

export function workloads(deep: readonly DeepPosition[]): Workload[] {
  const words = vocabulary()
  const word = (index: number) => words[index] ?? 'server'
  const long = words.slice(0, 3_000).filter(({ length }) => length >= 6)
  const search = (q: string, rest = '') => `/api/marketplace?q=${encodeURIComponent(q)}${rest}`
  const classes: Record<string, (index: number) => string> = {
    common: (index) => search(word(index % 8)),
    rare: (index) => search(word(20_000 + ((index * 7_919) % 60_000))),
    multi: (index) => search(`${word((index * 13) % 60)} ${word(60 + ((index * 29) % 400))}`),
    prefix: (index) => {
      const whole = word((index * 17) % 2_000)
      return search(whole.slice(0, 2 + (index % 3)))
    },
    typo: (index) => search(mistyped(long[(index * 31) % long.length] ?? 'server', index)),
    phrase: (index) => search(`"${word((index * 11) % 40)} ${word(40 + ((index * 23) % 200))}"`),
    tag: (index) => `/api/marketplace?tags=${encodeURIComponent(`topic:${word((index * 3) % 300)}`)}`,
    filtered: (index) => search(word(index % 40), `&kind=agent&price=free&tags=stack%3Atypescript`),
  }
  const mixed = (index: number) => classes[MIX[index % MIX.length] ?? 'common']?.(index) ?? '/api/marketplace'
  return [
    // What the server answers without doing anything: tells whether the machine was left to the bench.
    { name: 'baseline: health', path: () => '/api/health', findsSomething: false },
    ...Object.entries(classes).map(([name, path]) => ({
      name: `search: ${name}`,
      path,
      findsSomething: !['multi', 'phrase', 'filtered'].includes(name),
    })),
    { name: 'search: mixed', path: mixed, findsSomething: false },
    { name: 'listing', path: () => '/api/marketplace', findsSomething: true },
    { name: 'deep cursor', path: (index) => deepPath(deep[index % deep.length]), findsSomething: true },
    {
      name: 'suggest',
      path: (index) => {
        const whole = word((index * 17) % 5_000)
        return `/api/marketplace/suggest?q=${encodeURIComponent(whole.slice(0, 1 + (index % 5)))}`
      },
      findsSomething: false,
    },
    { name: 'home', path: () => '/api/marketplace/home', findsSomething: false },
  ]
}

function deepPath(position: DeepPosition | undefined): string {
  if (!position) throw new Error('No deep position was read')
  const { sort, q, key, id, depth } = position
  const cursor = pageCursor.encode({
    sort,
    phase: 'tail',
    key,
    id,
    offset: depth,
    total: depth,
    isExact: false,
  })
  const asked = q === undefined ? `sort=${sort}` : `q=${encodeURIComponent(q)}`
  return `/api/marketplace?${asked}&cursor=${cursor}`
}

/** Two neighbouring letters change places, or one is left out. */
function mistyped(word: string, index: number): string {
  const at = 1 + (index % (word.length - 3))
  const [before, a, b, after] = [word.slice(0, at), word[at] ?? '', word[at + 1] ?? '', word.slice(at + 2)]
  return index % 2 === 0 || a === b ? `${before}${b}${after}` : `${before}${b}${a}${after}`
}
