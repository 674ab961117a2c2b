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
  const isRefused = /could not be reached|is not available|is unavailable|try again/i.test(text)
  const says = isDone ? 'signed in' : isRefused ? 'refused in words' : `${answer?.status ?? 0}`
  return { isDone, isRefused, ms: Math.max(ms, page.ms), says }
}

/** Every other way to change something: refused while the database is away, whoever asks. */
export async function writeOtherwise(
  timed: Timed,
  { authorization, apiToken }: { authorization: string; apiToken: string },
): Promise<Write[]> {
  const requests: [method: string, path: string, body?: object][] = [
    ['PUT', '/api/packages/house/fetch-mcp/review', { rating: 5, body: '' }],
    ['PATCH', '/api/packages/house/fetch-mcp', { isAvailable: true }],
    ['DELETE', `/api/v1/tokens/${randomUUID()}`],
    ['POST', '/api/v1/tokens', { name: 'proof', scopes: ['read'], expiresInDays: 1 }],
  ]
  const asProgram = { authorization: `Bearer ${apiToken}` }
  return await Promise.all(
    [...requests, ['DELETE', '/api/search-history'] as const].map(async ([method, path, body], index) => {
      const { answer, ms } = await timed(path, {
        method,
        headers: {
          ...(index === 1 ? asProgram : { authorization }),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const status = answer?.status ?? 0
      const isRight =
        status < 500 ? status > 0 : status === 503 && (answer?.headers.has('retry-after') ?? false)
      const says = `${status}`
      return { dependency: 'database' as const, says, isRight, isDone: true, handle: '', key: '', ms }
    }),
  )
}
