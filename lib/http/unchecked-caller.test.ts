import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { type Actor, anonymous, type UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { defineEndpoint } from './endpoint.ts'
import { type Caller, type Handler, type RouteDependencies, routeHandler } from './handle-request.ts'

const user: UserActor = {
  ...{ kind: 'user', userId: '0b1e0e6e-3c58-4a4e-8f0a-1d2c3b4a5968', email: 'someone@souk.test' },
  ...{ displayName: 'Someone', appRole: null, isStale: false },
}
const common = {
  method: 'GET',
  path: '/api/things/{name}',
  operationId: 'downloadThing',
  summary: 'Test',
  tags: ['test'],
  access: 'optional',
  responses: [{ status: 200, description: 'Bytes', schema: z.object({ bytes: z.string() }) }],
  problems: [],
  cache: 'private',
} as const
const readThing = defineEndpoint(common)
const downloadThing = defineEndpoint({ ...common, servesUnchecked: true })

/** `public` is for everybody, `paid` for those who are somebody. */
const give: Handler<typeof readThing> = ({ actor, params }) => {
  if (params.name === 'paid' && actor.kind === 'anonymous') throw new Problem('unauthenticated', 'It costs.')
  return { bytes: params.name }
}

async function ask(
  name: string,
  resolveCaller: RouteDependencies['resolveCaller'],
  spec: typeof readThing = downloadThing,
) {
  const actors: Actor['kind'][] = []
  const dependencies: RouteDependencies = {
    resolveCaller,
    siteUrl: () => 'http://souk.test',
    validatesOutput: () => true,
    onRequest: ({ actor }) => actors.push(actor),
    onFailure: () => undefined,
    once: (_attempt, run) => run(),
  }
  const response = await routeHandler(
    spec,
    give,
    dependencies,
  )(new Request(`http://souk.test/api/things/${name}`, { headers: { authorization: 'Bearer souk_x' } }), {
    params: Promise.resolve({ name }),
  })
  return { status: response.status, actor: actors[0], retryAfter: response.headers.get('retry-after') }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const away = () => Promise.reject(new Problem('unavailable', 'Nobody can be asked.'))
const never = () => new Promise<Caller>(() => undefined)

describe('while it cannot be found out whose token came along', () => {
  it('everybody’s bytes are given as to anybody, and only where the endpoint says so', async () => {
    expect(await ask('public', away)).toMatchObject({ status: 200, actor: 'anonymous' })
    expect(await ask('public', away, readThing)).toMatchObject({ status: 503 })
  })

  it('what must be paid for is neither given nor said to need a sign-in: the answer is to come again', async () => {
    expect(await ask('paid', away)).toMatchObject({ status: 503, retryAfter: '5' })
  })

  it('everybody’s bytes wait 400 ms for it and no longer', async () => {
    const answer = ask('public', never)
    await vi.advanceTimersByTimeAsync(400)
    expect(await answer).toMatchObject({ status: 200, actor: 'anonymous' })
  })

  it('what must be paid for waits until it is known', async () => {
    let say: (caller: Caller) => void = () => undefined
    const answer = ask('paid', () => new Promise((resolve) => (say = resolve)))
    await vi.advanceTimersByTimeAsync(1_000)
    say({ actor: user, via: 'bearer' })
    expect(await answer).toMatchObject({ status: 200, actor: 'user' })
  })
})

describe('a token that is known not to be good', () => {
  it('is refused for everybody’s bytes, too', async () => {
    const refused = () => Promise.reject(new Problem('unauthenticated', 'Unknown, expired or revoked.'))
    expect(await ask('public', refused)).toMatchObject({ status: 401 })
  })
})

describe('a caller who is known', () => {
  it('is handed on as who they are', async () => {
    expect(await ask('paid', () => Promise.resolve({ actor: user, via: 'bearer' }))).toMatchObject({
      ...{ status: 200, actor: 'user' },
    })
    expect(await ask('paid', () => Promise.resolve({ actor: anonymous, via: 'none' }))).toMatchObject({
      status: 401,
    })
  })
})
