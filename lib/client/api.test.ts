import { afterEach, describe, expect, it, vi } from 'vitest'
import type { updatePackageEndpoint } from '#lib/publishing/endpoints'
import { ApiError, callApi, newIdempotencyKey } from './api.ts'

const update = (idempotencyKey?: string) =>
  callApi<typeof updatePackageEndpoint>({
    method: 'PATCH',
    path: '/api/packages/demo/tool',
    json: { isAvailable: false },
    ...(idempotencyKey ? { idempotencyKey } : {}),
  })

function answer(body: unknown, init: ResponseInit) {
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(new Response(JSON.stringify(body), init)))
  vi.stubGlobal('fetch', fetched)
  return fetched
}

async function failure(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

afterEach(() => void vi.unstubAllGlobals())

describe('callApi', () => {
  it('hands back the bare resource', async () => {
    answer({ handle: 'demo/tool' }, { status: 200 })
    await expect(update()).resolves.toMatchObject({ handle: 'demo/tool' })
  })

  it('sends the Idempotency-Key of an intention, and none for what is sent once', async () => {
    const fetched = answer({}, { status: 200 })
    await update()
    await update('same-intention')
    const keys = fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get('idempotency-key'))
    expect(keys).toEqual([null, 'same-intention'])
  })

  it('turns problem+json into an error with code, issues and request id', async () => {
    answer(
      {
        code: 'validation_failed',
        detail: 'The input has faults.',
        requestId: 'req-12345',
        issues: [{ path: 'price', message: 'Too high' }],
      },
      { status: 422, headers: { 'content-type': 'application/problem+json' } },
    )
    const error = await failure(update())
    expect(error).toMatchObject({ code: 'validation_failed', status: 422, requestId: 'req-12345' })
    expect(error.issues).toEqual([{ path: 'price', message: 'Too high' }])
    expect(error.isAnswerLost).toBe(false)
  })

  it('passes on how long to wait', async () => {
    answer(
      { code: 'rate_limited', detail: 'Slow down.', requestId: 'req-12345' },
      { status: 429, headers: { 'retry-after': '7' } },
    )
    expect((await failure(update())).retryAfterSeconds).toBe(7)
  })

  it('understands a date as well, and takes nonsense for nothing', async () => {
    const body = { code: 'unavailable', detail: 'Later.', requestId: 'req-12345' }
    const inAMinute = new Date(Date.now() + 60_000).toUTCString()
    answer(body, { status: 503, headers: { 'retry-after': inAMinute } })
    const { retryAfterSeconds } = await failure(update())
    expect(retryAfterSeconds).toBeGreaterThan(50)
    expect(retryAfterSeconds).toBeLessThanOrEqual(60)
    for (const nonsense of ['soon', '']) {
      answer(body, { status: 503, headers: { 'retry-after': nonsense } })
      expect((await failure(update())).retryAfterSeconds).toBeNull()
    }
  })

  it('survives an answer that is not ours', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(
        new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'x-request-id': 'edge-1234' } }),
      ),
    )
    expect(await failure(update())).toMatchObject({ code: 'unreadable', status: 502, requestId: 'edge-1234' })
  })

  it('says that the answer was lost when the connection broke', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    const error = await failure(update())
    expect(error).toMatchObject({ code: 'network', status: 0 })
    expect(error.isAnswerLost).toBe(true)
  })
})

it('makes a different key for every intention', () => {
  expect(new Set(Array.from({ length: 100 }, newIdempotencyKey)).size).toBe(100)
})
