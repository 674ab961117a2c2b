/**
 * Owns what every function does around its work: the secret key, the method, the request id, problem+json for failures.
 * Whatever goes wrong inside, the caller learns no more than the problem says; the log gets the rest.
 */
import { Problem, problemBody } from '../../../lib/kernel/problem.ts'
import { requireSecretKey } from './secret-key.ts'

export interface FunctionDefinition {
  method: 'GET' | 'POST'
  /** Any of these opens it; null where `run` asks in its caller's own name. */
  secretKeys: readonly string[] | null
  /** Pages of other origins may call it: it knows nobody by a cookie. */
  isForPages?: boolean
  /** `note` logs a failure that the answer tells in its own way. */
  run: (request: Request, note: (failure: unknown) => void) => Promise<Response>
  report?: Report
}

/** Takes what the caller must not see. */
export type Report = (failure: unknown, requestId: string) => void

const WELL_FORMED_ID = /^[A-Za-z0-9._-]{8,64}$/

export function defineFunction(definition: FunctionDefinition): (request: Request) => Promise<Response> {
  const { method, secretKeys, isForPages = false, run, report = logFailure } = definition
  const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method]

  return async (request) => {
    const requestId = requestIdOf(request.headers)
    const answer = (response: Response) => {
      if (isForPages) for (const [name, value] of CORS_ANSWER) response.headers.set(name, value)
      return privately(response, requestId)
    }
    if (isForPages && request.method === 'OPTIONS') return preflight(allowed, requestId)
    try {
      if (secretKeys !== null) await requireSecretKey(request, secretKeys)
      if (!allowed.includes(request.method)) {
        throw new Problem('method_not_allowed', `This function answers ${allowed.join(' and ')} only.`, {
          headers: { allow: allowed.join(', ') },
        })
      }
      return answer(await run(request, (failure) => report(failure, requestId)))
    } catch (error) {
      const problem = problemOf(error)
      if (problem.status >= 500) report(error, requestId)
      return answer(problemResponse(problem, requestId))
    }
  }
}

/** Fetch standard, section 3.3: no credentials of the browser's come along, so any origin may read the answer. */
const CORS_ANSWER = [
  ['access-control-allow-origin', '*'],
  ['access-control-expose-headers', 'retry-after, x-request-id'],
] as const
const CORS_REQUEST_HEADERS =
  'authorization, apikey, content-type, idempotency-key, souk-expect-user, x-client-info, x-request-id'

function preflight(allowed: readonly string[], requestId: string): Response {
  const headers = new Headers([
    ['access-control-allow-origin', '*'],
    ['access-control-allow-methods', allowed.join(', ')],
    ['access-control-allow-headers', CORS_REQUEST_HEADERS],
    ['access-control-max-age', '7200'],
  ])
  return privately(new Response(null, { status: 204, headers }), requestId)
}

function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given !== null && WELL_FORMED_ID.test(given) ? given : crypto.randomUUID()
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(
    'internal',
    'Something went wrong on our side. The request id helps us to find out what.',
  )
}

function problemResponse(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problemBody(problem, requestId)), {
    status: problem.status,
    headers: { ...problem.headers, 'content-type': 'application/problem+json' },
  })
}

function privately(response: Response, requestId: string): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-request-id', requestId)
  if (response.status === 503 && !response.headers.has('retry-after'))
    response.headers.set('retry-after', '5')
  return response
}

function logFailure(failure: unknown, requestId: string): void {
  const { message, cause } =
    failure instanceof Error ? failure : { message: String(failure), cause: undefined }
  const reason = cause instanceof Error ? cause.message : undefined
  // The runtime's log is standard error.
  // deno-lint-ignore no-console
  console.error(
    JSON.stringify({ level: 'error', time: new Date().toISOString(), requestId, message, reason }),
  )
}
