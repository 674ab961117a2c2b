import { expect, it } from 'vitest'
import { type Line, verdicts } from './http-targets.ts'

const line = (what: string, perSecond: number, p99Ms = 1): Line => ({
  ...{ what, perSecond, p99Ms, clients: 16, bytes: 1, requests: 1, failures: 0 },
  ...{ p50Ms: 1, p95Ms: 1, maxMs: 1 },
})
const names = ['home', 'catalogue, API', 'catalogue, page', 'package, API', 'package, page', 'download']
const good = [
  ...names.map((name) => line(`${name}, cached`, 10_000)),
  ...[line('Next, constant', 2_000), line('Verdaccio, tarball', 2_500)],
  ...[line('catalogue, API, no edge', 600), line('Next, one query', 1_000)],
]

it('is met where every rate and time is', () => {
  expect(verdicts(good).filter(({ isMet }) => !isMet)).toEqual([])
})

it.each<[string, Line]>([
  ['home, cached ≥ 5 × Next, constant', line('home, cached', 9_900)],
  ['download, cached: p99 ≤ 10 ms', line('download, cached', 10_000, 10.1)],
  ['catalogue, API, no edge ≥ 0.6 × Next, one query', line('catalogue, API, no edge', 590)],
])('misses what it misses: %s', (target, worse) => {
  const missed = verdicts(good.map((each) => (each.what === worse.what ? worse : each))).filter(
    ({ isMet }) => !isMet,
  )
  expect(missed.map((each) => each.target)).toEqual([target])
})

it('is not met by what was not measured', () => {
  const missed = verdicts(good.filter(({ what }) => what !== 'Verdaccio, tarball')).filter(
    ({ isMet }) => !isMet,
  )
  expect(missed).toHaveLength(names.length)
})
