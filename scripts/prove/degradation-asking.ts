/** How `prove:degradation` asks: as a visitor, as somebody who signs in, and as whoever wants to change something. */
import { randomUUID } from 'node:crypto'

export type Dependency = 'database' | 'auth' | 'stripe' | 'redis'

/** What somebody who wants to change something got. */
export interface Write {
  dependency: Dependency
  /** For people. */
  says: string
  isRight: boolean
  isDone: boolean
  /** Of a purchase. */
  handle: string
  key: string
  ms: number
}

const SHOPPER = { email: 'shopper@souk.test', password: 'souk-demo-password' }
/** Longer than any answer may take, to see how long it does. */
const PATIENCE_MS = 20_000

export async function tokenOf(supabaseUrl: string, publishableKey: string): Promise<string> {
  const answer = await fetch(`${supabaseUrl}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify(SHOPPER),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  return access_token
}

export async function apiTokenOf(origin: string, accessToken: string): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'degradation', scopes: ['read', 'publish:new'], expiresInDays: 1 }),
  })
  const { secret } = (await answer.json()) as { secret: string }
  return secret
}

export type Timed = ReturnType<typeof timer>

/** Asks, and says how long it took; no answer at all is none. */
export function timer(origin: string) {
  return async (path: string, init: RequestInit = {}) => {
    const startedAt = performance.now()
    const signal = AbortSignal.timeout(PATIENCE_MS)
    try {
      const answer = await fetch(`${origin}${path}`, { redirect: 'manual', ...init, signal })
      const text = await answer.text()
      return { answer, text, ms: performance.now() - startedAt }
    } catch {
      return { answer: null, text: '', ms: performance.now() - startedAt }
    }
  }
}

/** Says that nothing was done and when to come again. */
export function isRefusal(answer: Response | null): boolean {
  return answer?.status === 503 && answer.headers.has('retry-after')
}

/** By the form, as a browser without scripts sends it. */
export async function signInThrough(timed: Timed, origin: string) {
  const page = await timed('/sign-in')
  const body = new FormData()
  for (const [tag] of page.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const [, name = ''] = /name="([^"]*)"/.exec(tag) ?? []
    const [, value = ''] = /value="([^"]*)"/.exec(tag) ?? []
    body.append(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
  }
  body.set('email', SHOPPER.email)
  body.set('password', SHOPPER.password)
  const { answer, text, ms } = await timed('/sign-in', { method: 'POST', headers: { origin }, body })
  const isDone = answer?.status === 303
  const isRefused =
    isRefusal(answer) && /cannot be reached|is not available|is unavailable|try again/i.test(text)
  const says = isDone ? 'signed in' : isRefused ? '503 in words' : `${answer?.status ?? 0}`
  return { isDone, isRefused, ms: Math.max(ms, page.ms), says }
}

/** What each of them is answered when all is well; while the database is away nothing else but a refusal is right. */
const OTHER_WRITES: readonly [method: string, path: string, done: number, body?: object][] = [
  // Of somebody else's package, of no token, and so on: refused for good once the database is asked.
  ['PATCH', '/api/packages/house/fetch-mcp', 403, { isAvailable: true }],
  ['DELETE', `/api/v1/tokens/${randomUUID()}`, 404],
  ['PUT', '/api/packages/house/fetch-mcp/review', 200, { rating: 5, body: '' }],
  ['POST', '/api/v1/tokens', 201, { name: 'proof', scopes: ['read'], expiresInDays: 1 }],
  ['DELETE', '/api/search-history', 204],
]

interface OtherWrites {
  authorization: string
  apiToken: string
  /** As Stripe sends it. */
  webhook: () => { body: string; headers: Record<string, string> }
  topUp: () => ReturnType<Timed>
}

/**
 * Every other way to change something: refused while the database is away, whoever asks.
 * @param maySucceed the database is slow, not away
 */
export async function writeOtherwise(
  timed: Timed,
  { authorization, apiToken, webhook, topUp }: OtherWrites,
  maySucceed: boolean,
): Promise<Write[]> {
  const asProgram = { authorization: `Bearer ${apiToken}` }
  const { body: event, headers: signed } = webhook()
  const asked = OTHER_WRITES.map(async ([method, path, done, body], index) => {
    const own = index === 0 ? asProgram : { authorization }
    const type: Record<string, string> = body ? { 'content-type': 'application/json' } : {}
    const sent = await timed(path, {
      method,
      headers: { ...own, ...type },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { ...sent, done }
  })
  const others = [
    timed('/api/webhooks/stripe', { method: 'POST', headers: signed, body: event }).then((sent) => ({
      ...sent,
      done: 200,
    })),
    topUp().then((sent) => ({ ...sent, done: 201 })),
  ]
  return (await Promise.all([...asked, ...others])).map(({ answer, ms, done }) => {
    // A token never sets prices, which takes no database to say.
    const isDone = (maySucceed || done === 403) && answer?.status === done
    return {
      ...{ dependency: 'database' as const, says: `${answer?.status ?? 0}`, ms, handle: '', key: '' },
      ...{ isDone, isRight: isDone || isRefusal(answer) },
    }
  })
}
