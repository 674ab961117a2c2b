import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { databaseProblem } from '#lib/platform/database-problem'
import { closeDatabase } from '#lib/platform/db'
import { claimAnswer, keepAnswer, letGoOfAnswer } from '#lib/platform/kept-answers'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import { defineEndpoint } from './endpoint.ts'
import { type Handler, routeHandler } from './handle-request.ts'
import {
  type AnswerStore,
  fingerprintOf,
  forgetKeptAnswers,
  KEEP_SECONDS,
  LEASE_SECONDS,
  onceWith,
} from './idempotency.ts'
import { reply } from './reply.ts'

const makeThing = defineEndpoint({
  method: 'POST',
  path: '/api/things',
  operationId: 'makeThing',
  summary: 'Test',
  tags: ['test'],
  access: 'signed-in',
  scope: 'yank',
  body: { contentType: 'application/json', schema: z.strictObject({ name: z.string() }) },
  responses: [{ status: 201, description: 'Made', schema: z.object({ secret: z.string() }) }],
  problems: ['name_taken', 'rate_limited'],
  cache: 'private',
})

let database: TestDatabase
let person: SignedInActor
let other: SignedInActor
const failures = vi.fn()
let secret = 'known to the servers alone'

beforeAll(async () => {
  database = await createTestDatabase()
  useDatabase(database)
  person = userActor(await database.createUser())
  other = userActor(await database.createUser())
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})
beforeEach(async () => {
  await database.admin`delete from identity.kept_answers`
  failures.mockClear()
})

/** What a verb throws when the driver or the database fails with that code. */
function failed(code: string): Error {
  return databaseProblem(Object.assign(new Error('failed'), { code })) as Error
}

/** The endpoint, with real rows behind it, as `actor`. */
function as(actor: SignedInActor, handler: Handler<typeof makeThing>, store: Partial<AnswerStore> = {}) {
  const route = routeHandler(makeThing, handler, {
    resolveCaller: () => Promise.resolve({ actor, via: 'bearer' }),
    siteUrl: () => 'http://souk.test',
    validatesOutput: () => true,
    once: onceWith({
      store: { claim: claimAnswer, keep: keepAnswer, letGo: letGoOfAnswer, ...store },
      secret: () => secret,
      // What is to be seen here is seen to first, however busy the machine; nothing that hangs is waited for.
      patienceMs: Object.keys(store).length === 0 ? 60_000 : 1,
      onFailure: failures,
    }),
    onRequest: () => undefined,
    onFailure: () => undefined,
  })
  return async (key: string, body: unknown = { name: 'lamp' }) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    const request = new Request('http://souk.test/api/things', {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    })
    const response = await route(request, { params: Promise.resolve({}) })
    const text = await response.text()
    const answer = JSON.parse(text) as { secret?: string; code?: string }
    return { status: response.status, headers: response.headers, text, ...answer }
  }
}

/** Makes something new each time, and counts how often. */
function maker() {
  let count = 0
  const make = vi.fn(() => reply(201, { secret: `secret-${(count += 1)}` }, { location: '/api/things/lamp' }))
  return make
}

describe('a request that is repeated under its Idempotency-Key', () => {
  it('is answered as it was the first time: status, body and the headers that belong to it', async () => {
    const make = maker()
    const send = as(person, make)
    const first = await send('once')
    const again = await send('once')
    expect(make).toHaveBeenCalledTimes(1)
    expect([first.status, first.secret]).toEqual([201, 'secret-1'])
    expect([again.status, again.text]).toEqual([201, first.text])
    for (const name of ['location', 'content-type', 'cache-control']) {
      expect(again.headers.get(name), name).toBe(first.headers.get(name))
    }
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
    expect((await send('another')).secret).toBe('secret-2')
  })

  it('is refused when it asks for something else', async () => {
    const make = maker()
    const send = as(person, make)
    await send('once')
    expect(await send('once', { name: 'chair' })).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    })
    expect(make).toHaveBeenCalledTimes(1)
  })

  it('is the same form with whatever boundary it is sent, and another with another field', async () => {
    const sent = async (boundary: string, name: string) => {
      const body = Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="name"\r\n\r\n${name}\r\n--${boundary}--\r\n`,
      )
      const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
      const request = new Request('http://souk.test/api/things', { method: 'POST', headers, body })
      return fingerprintOf(request, new Uint8Array(await request.clone().arrayBuffer())).toString('hex')
    }
    expect(await sent('----one', 'lamp')).toBe(await sent('----another', 'lamp'))
    expect(await sent('----one', 'lamp')).not.toBe(await sent('----one', 'chair'))
  })

  it('is another person’s, or another token’s, own request', async () => {
    const make = maker()
    await as(person, make)('once')
    const token: SignedInActor = {
      ...{ kind: 'token', userId: person.userId, tokenId: crypto.randomUUID(), email: '', displayName: '' },
      ...{ appRole: null, scopes: ['yank'], namespaces: null },
    }
    expect((await as(other, make)('once')).secret).toBe('secret-2')
    expect((await as(token, make)('once')).secret).toBe('secret-3')
  })

  it('raced twenty times has one effect: the others are told to wait, then get its answer', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const make = vi.fn(async () => {
      await gate
      return { secret: 'made' }
    })
    const send = as(person, make)
    const racing = Array.from({ length: 20 }, () => send('race'))
    // Every loser has been answered before the winner is.
    const losers = await Promise.all(Array.from({ length: 19 }, () => nextOf(racing)))
    for (const loser of losers) {
      expect(loser).toMatchObject({ status: 409, code: 'idempotency_in_flight' })
      expect(Number(loser.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    open()
    expect(await nextOf(racing)).toMatchObject({ status: 201, secret: 'made' })
    expect(make).toHaveBeenCalledTimes(1)
    expect(await send('race')).toMatchObject({ status: 201, secret: 'made' })
  })
})

describe('what came to nothing', () => {
  it.each([
    ['having too much to do', new Problem('unavailable', 'Later.'), 503],
    ['nobody at the database to ask', failed('ECONNREFUSED'), 503],
    ['a statement that was stopped', failed('57014'), 503],
    ['a deadlock', failed('40P01'), 503],
    ['a row that the database does not take', failed('23514'), 500],
    ['a refusal, which changed nothing', new Problem('name_taken', 'Taken.'), 409],
    ['a limit', new Problem('rate_limited', 'Later.'), 429],
  ])('is not kept, and the next attempt runs: %s', async (_, fault, status) => {
    const make = vi.fn<Handler<typeof makeThing>>()
    make.mockRejectedValueOnce(fault).mockResolvedValueOnce({ secret: 'made' })
    const send = as(person, make)
    expect((await send('retry')).status).toBe(status)
    expect(await send('retry')).toMatchObject({ status: 201, secret: 'made' })
  })

  it.each([
    ['a failure of ours, whenever it came', new Error('boom'), 500],
    ['a database that did not answer in time', failed('ETIMEDOUT'), 503],
    ['a connection that was lost', failed('CONNECTION_CLOSED'), 503],
    ['a connection that broke while it was written to', failed('EPIPE'), 503],
    ['a server that was shut down', failed('57P01'), 503],
  ])('holds the key until the lease ends when it may have been done: %s', async (_, fault, status) => {
    const make = vi.fn<Handler<typeof makeThing>>()
    make.mockRejectedValueOnce(fault).mockResolvedValueOnce({ secret: 'made' })
    const send = as(person, make)
    expect((await send('doubt')).status).toBe(status)
    expect(await send('doubt')).toMatchObject({ status: 409, code: 'idempotency_in_flight' })
    expect(make).toHaveBeenCalledTimes(1)
    await database.admin`update identity.kept_answers set leased_until = now()`
    expect(await send('doubt')).toMatchObject({ status: 201, secret: 'made' })
  })

  it('is answered although the key is not seen to in time, and what was done as well', async () => {
    const letGo = vi.fn(() => new Promise<void>(() => undefined))
    const keep = vi.fn(() => new Promise<boolean>(() => undefined))
    const refuse = () => Promise.reject(new Problem('name_taken', 'Taken.'))
    expect((await as(person, refuse, { letGo })('stuck')).code).toBe('name_taken')
    expect((await as(person, maker(), { keep })('stuck-too')).status).toBe(201)
    expect([letGo, keep].map((call) => call.mock.calls.length)).toEqual([1, 1])
  })

  it('holds the key after a crash until the lease ends, then for the same request only', async () => {
    const make = maker()
    const send = as(person, make)
    await send('crashed')
    await database.admin`update identity.kept_answers set status = null, answer = null`
    expect(await send('crashed')).toMatchObject({ status: 409, code: 'idempotency_in_flight' })
    await database.admin`update identity.kept_answers set leased_until = now()`
    expect(await send('crashed', { name: 'chair' })).toMatchObject({ status: 422 })
    expect(await send('crashed')).toMatchObject({ status: 201, secret: 'secret-2' })
  })

  it('does not replace the answer of whoever took the key over', async () => {
    const make = vi.fn<Handler<typeof makeThing>>()
    const send = as(person, make)
    make.mockImplementationOnce(async () => {
      await database.admin`update identity.kept_answers set leased_until = now()`
      expect(await send('slow')).toMatchObject({ status: 201, secret: 'second' })
      return { secret: 'first' }
    })
    make.mockResolvedValueOnce({ secret: 'second' })
    expect(await send('slow')).toMatchObject({ status: 201, secret: 'first' })
    expect(await send('slow')).toMatchObject({ status: 201, secret: 'second' })
  })

  it('lets the answer go out when it cannot be kept', async () => {
    const make = vi.fn<Handler<typeof makeThing>>(async () => {
      await database.admin`delete from identity.kept_answers`
      return { secret: 'made' }
    })
    expect(await as(person, make)('lost')).toMatchObject({ status: 201, secret: 'made' })
  })
})

describe('what is kept', () => {
  const rows = () => database.admin<{ answer: Buffer; lease_seconds: number; keep_seconds: number }[]>`
    select answer, extract(epoch from leased_until - created_at)::int as lease_seconds,
      extract(epoch from expires_at - created_at)::int as keep_seconds from identity.kept_answers`

  it('is encrypted, so that who reads the database finds no secret that was shown once', async () => {
    const send = as(person, maker())
    const { secret: shown = '' } = await send('once')
    const [row] = await rows()
    expect(row?.answer.includes(shown)).toBe(false)
    expect(JSON.stringify(await database.admin`select * from identity.kept_answers`)).not.toContain('once')
    secret = 'another'
    expect(await send('once')).toMatchObject({ status: 409, code: 'conflict' })
    secret = 'known to the servers alone'
    expect(await send('once')).toMatchObject({ status: 201, secret: shown })
  })

  it('is forgotten after its time, at the next request or by the clock', async () => {
    const send = as(person, maker())
    await send('old')
    expect(await rows()).toMatchObject([{ lease_seconds: LEASE_SECONDS, keep_seconds: KEEP_SECONDS }])
    await database.admin`update identity.kept_answers set expires_at = now()`
    expect((await send('old', { name: 'chair' })).secret).toBe('secret-2')
    await send('older')
    await database.admin`update identity.kept_answers set expires_at = now() - interval '1 second'`
    await send('young')
    await forgetKeptAnswers()
    expect(await rows()).toHaveLength(1)
  })

  it('is for the service alone', async () => {
    await as(person, maker())('once')
    for (const read of [
      () => database.asAnon((sql) => sql`select 1 from identity.kept_answers`),
      () => database.asUser(person.userId, (sql) => sql`select 1 from identity.kept_answers`),
      () => database.asUser(person.userId, (sql) => sql`delete from identity.kept_answers`),
      () => database.asUser(person.userId, (sql) => sql`select identity.forget_answers(1)`),
    ]) {
      await expect(read()).rejects.toMatchObject({ code: '42501' })
    }
    expect(await database.asService((sql) => sql`select 1 from identity.kept_answers`)).toHaveLength(1)
  })

  it('goes with the account', async () => {
    const leaver = userActor(await database.createUser())
    await as(leaver, maker())('once')
    await database.admin`delete from auth.users where id = ${leaver.userId}`
    expect(await rows()).toEqual([])
  })
})

/** The next of several that has an answer; it is taken out. */
async function nextOf<T>(pending: Promise<T>[]): Promise<T> {
  const settled = await Promise.race(
    pending.map(async (each) => {
      const value = await each
      return { each, value }
    }),
  )
  void pending.splice(pending.indexOf(settled.each), 1)
  return settled.value
}
