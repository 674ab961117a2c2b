/** What the functions' tests share: a stand-in for the project's REST API, and exact comparison. Never deployed. */

export const SECRET_KEY = 'sb_secret_of_the_tests'

export interface RestCall {
  method: string
  path: string
  apikey: string | null
}

/** `released` settles when the server is stopped. */
export type Respond = (released: Promise<Response>) => Response | Promise<Response>

/** A database that never answers. */
export const hang: Respond = (released) => released

export interface RestServer {
  url: string
  calls: RestCall[]
  stop(): Promise<void>
}

/** Looks like a person's access token; the stand-in checks no signature. */
export function tokenOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return `${part({ alg: 'HS256' })}.${part(claims)}.signature`
}

/** Answers every call with `respond`. */
export function startRestServer(respond: Respond): RestServer {
  const calls: RestCall[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<Response>()
  const server = Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: () => undefined }, (request) => {
    const { pathname } = new URL(request.url)
    calls.push({ method: request.method, path: pathname, apikey: request.headers.get('apikey') })
    return respond(released)
  })
  const stop = () => {
    release(new Response())
    return server.shutdown()
  }
  return { url: `http://127.0.0.1:${server.addr.port}`, calls, stop }
}

/** An address at which nothing listens. */
export async function closedUrl(): Promise<string> {
  const server = startRestServer(() => new Response())
  await server.stop()
  return server.url
}

export function withKey(init: RequestInit = {}): Request {
  return new Request('http://127.0.0.1/function', {
    ...init,
    headers: { apikey: SECRET_KEY, ...init.headers },
  })
}

export function assertEquals(actual: unknown, expected: unknown): void {
  const [left, right] = [actual, expected].map((value) =>
    Deno.inspect(value, { depth: 20, sorted: true, iterableLimit: Infinity, strAbbreviateSize: Infinity }),
  )
  if (left !== right) throw new Error(`Expected ${right}, got ${left}`)
}

export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message)
}
