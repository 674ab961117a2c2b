import { IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALL_TAGS } from '#lib/platform/cache-purge'
import { PurgeLog } from '#lib/platform/purge-log'
import { EdgeFlights, type Flight } from './edge-flights.ts'
import { EdgeStore } from './edge-store.ts'

const PATHS = ['/a', '/b', '/c'] as const
/** Each of its own, two of one shelf. */
const TAGS: Record<string, string[]> = { '/a': ['a', 'shelf'], '/b': ['b', 'shelf'], '/c': ['c'] }

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('ask' as const), path: fc.constantFrom(...PATHS) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('land' as const),
        which: fc.nat(5),
        isFound: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('purge' as const),
        tag: fc.constantFrom('a', 'b', 'c', 'shelf', 'else', ALL_TAGS),
      }),
    },
  ),
  { maxLength: 40 },
)

interface Under {
  path: string
  /** What the origin knows when it is asked. */
  version: number
  response: ServerResponse
}

/** An origin whose pages have a version that each purge of one of their tags raises, and answers that come when told. */
function world(knowsTags: boolean) {
  const store = new EdgeStore(1_048_576)
  const versions = new Map<string, number>(PATHS.map((path) => [path, 0]))
  const under: Under[] = []
  const goOn = (request?: IncomingMessage, response?: ServerResponse) => {
    const path = request?.url ?? ''
    if (response) under.push({ path, version: versions.get(path) ?? 0, response })
  }
  const flights = new EdgeFlights({
    ...{ store, secret: 'secret', host: 'souk.test', nowMs: () => 0, requestIdOf: () => 'id' },
    tagsOf: (path) => (knowsTags ? (TAGS[path] ?? []) : []),
  })
  const land = async ({ path, version, response }: Under, isFound: boolean) => {
    const headers = { 'cache-control': 'public, max-age=60', 'cache-tag': (TAGS[path] ?? []).join(',') }
    response.writeHead(isFound ? 200 : 404, isFound ? headers : {}).end(String(version))
    await new Promise(setImmediate)
  }
  const ask = (path: string): Promise<Flight> => {
    const request = new IncomingMessage(new Socket())
    request.url = path
    return flights.fly(request, goOn)
  }
  const purge = (tag: string) => {
    for (const path of PATHS) {
      if (tag === ALL_TAGS || TAGS[path]?.includes(tag)) versions.set(path, (versions.get(path) ?? 0) + 1)
    }
    store.purge([tag])
  }
  return { store, versions, under, land, ask, purge }
}

describe('asking on behalf of the edge', () => {
  it.each([true, false])(
    'neither keeps nor gives to later askers what began before a purge of one of its tags, in any order (tags known before: %s)',
    async (knowsTags) => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const { store, versions, under, land, ask, purge } = world(knowsTags)
          const asked: Promise<void>[] = []
          const check = async (index: number, isFound: boolean) => {
            const [landing] = under.splice(index, 1)
            if (!landing) return
            const { path, version } = landing
            await land(landing, isFound)
            const isUpToDate = versions.get(path) === version
            // Purges of other tags do not make it ask again for nothing.
            if (isFound && isUpToDate) expect(store.get(path)).toBeDefined()
          }
          const assertKept = () => {
            for (const path of PATHS) {
              const kept = store.get(path)
              if (kept) expect(Number(kept.identity.body.toString())).toBe(versions.get(path))
            }
          }
          for (const step of sequence) {
            if (step.kind === 'ask') {
              const atLeast = versions.get(step.path) ?? 0
              asked.push(
                ask(step.path).then(({ answer }) => {
                  expect(Number(answer.body.toString())).toBeGreaterThanOrEqual(atLeast)
                }),
              )
            } else if (step.kind === 'land') await check(step.which % Math.max(1, under.length), step.isFound)
            else purge(step.tag)
            assertKept()
          }
          while (under.length > 0) await check(0, true)
          await Promise.all(asked)
          assertKept()
        }),
        { numRuns: 100 },
      )
    },
  )

  it('asks once for all who come while other things are called back', async () => {
    const { under, land, ask, purge } = world(true)
    const asking = [ask('/a')]
    for (let index = 0; index < 50; index += 1) {
      purge('b')
      asking.push(ask('/a'))
    }
    expect(under).toHaveLength(1)
    const [only] = under
    if (only) await land(only, true)
    expect(new Set((await Promise.all(asking)).map(({ answer }) => answer.body.toString()))).toEqual(
      new Set(['0']),
    )
    expect(under).toHaveLength(1)
  })
})

describe('the memory of purges', () => {
  it('takes for purged what it has forgotten, never the other way round', () => {
    const log = new PurgeLog(3)
    const before = log.moment
    for (const tag of ['a', 'b', 'c', 'd']) log.note([tag])
    expect(log.wasPurgedSince(before, ['a'])).toBe(true)
    expect(log.wasPurgedSince(before, ['never'])).toBe(true)
    const after = log.moment
    log.note(['c'])
    expect(log.wasPurgedSince(after, ['d', 'never'])).toBe(false)
    expect(log.wasPurgedSince(after, ['d', 'c'])).toBe(true)
    log.note([ALL_TAGS])
    expect(log.wasPurgedSince(after, ['never'])).toBe(true)
    expect(log.wasPurgedSince(log.moment, ['c'])).toBe(false)
  })
})
