/**
 * Owns how pages in the browser call our own HTTP API: same origin, JSON, one typed error for every way it can fail. It
 * knows no endpoint; callers name one by its declaration's type, so nothing of the schemas reaches the browser.
 */
import type { z } from 'zod'
import type { EndpointSpec, Method } from '#lib/http/endpoint'
import type { Issue, ProblemBody, ProblemCode } from '#lib/kernel/problem'

/** Beyond what the server can say: `network` no answer came, `timeout` none in time, `unreadable` not one of ours. */
export type ApiErrorCode = ProblemCode | 'network' | 'timeout' | 'unreadable'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  /** 0 when no answer came. */
  readonly status: number
  readonly issues: readonly Issue[]
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null

  constructor(
    code: ApiErrorCode,
    detail: string,
    facts: {
      status?: number
      issues?: readonly Issue[]
      requestId?: string | null
      retryAfterSeconds?: number | null
    } = {},
  ) {
    super(detail)
    this.code = code
    this.status = facts.status ?? 0
    this.issues = facts.issues ?? []
    this.requestId = facts.requestId ?? null
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null
  }

  /** Whether the request may have been carried out although no answer said so. */
  get isAnswerLost(): boolean {
    return this.code === 'network' || this.code === 'timeout'
  }
}

/** What an endpoint answers when all goes well. */
export type AnswerOf<Spec extends EndpointSpec> = Spec['responses'][0] extends {
  schema: infer Schema extends z.ZodType
}
  ? z.output<Schema>
  : undefined

export interface ApiCall<M extends Method> {
  method: M
  /** With its placeholders filled in and its query attached. */
  path: `/api/${string}`
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is; its media type comes with it. */
  body?: { bytes: BodyInit; contentType: string }
  /** Of one intention that may be tried again: whatever is sent twice under one key is done once. */
  idempotencyKey?: string
  /** In whose name it is meant: with another's session the server does nothing and answers `user_changed`. */
  userId?: string
  signal?: AbortSignal
  timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 20_000

/** @throws ApiError always, whatever went wrong; except that an abort by `signal` throws the signal's reason. */
export async function callApi<Spec extends EndpointSpec>(
  call: ApiCall<Spec['method']>,
): Promise<AnswerOf<Spec>> {
  const response = await send(call)
  const answer = await readJson(response)
  if (!response.ok) throw problemOf(response, answer)
  // The server checks its answers against the schema that this type is derived from.
  return answer as AnswerOf<Spec>
}

/** A new key for one intention to change something. */
export function newIdempotencyKey(): string {
  // Not randomUUID: browsers withhold it from pages that are served over plain HTTP.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function send<M extends Method>(call: ApiCall<M>): Promise<Response> {
  const headers = new Headers({ accept: 'application/json, application/problem+json' })
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey)
  if (call.userId !== undefined) headers.set('souk-expect-user', call.userId)
  if (call.json !== undefined) headers.set('content-type', 'application/json')
  if (call.body) headers.set('content-type', call.body.contentType)
  const deadline = AbortSignal.timeout(call.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  try {
    return await fetch(call.path, {
      method: call.method,
      headers,
      body: call.json === undefined ? call.body?.bytes : JSON.stringify(call.json),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: call.signal ? AbortSignal.any([call.signal, deadline]) : deadline,
    })
  } catch {
    call.signal?.throwIfAborted()
    throw deadline.aborted
      ? new ApiError('timeout', 'The server took too long to answer.')
      : new ApiError('network', 'The server could not be reached. Check your connection.')
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  try {
    return await response.json()
  } catch {
    if (!response.ok) return null
    throw new ApiError('unreadable', 'The answer could not be read.', {
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    })
  }
}

function problemOf(response: Response, answer: unknown): ApiError {
  const { status, headers } = response
  const requestId = headers.get('x-request-id')
  const retryAfterSeconds = secondsOf(headers.get('retry-after'))
  if (!isProblem(answer)) {
    return new ApiError('unreadable', `The server answered with status ${status}.`, {
      status,
      requestId,
      retryAfterSeconds,
    })
  }
  return new ApiError(answer.code, answer.detail, {
    status,
    issues: answer.issues,
    requestId: answer.requestId,
    retryAfterSeconds,
  })
}

/** RFC 9110 section 10.2.3: seconds, or a date, which is what some of those in between send. */
function secondsOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter) || null
  const atMs = Date.parse(retryAfter)
  return Number.isNaN(atMs) ? null : Math.max(1, Math.ceil((atMs - Date.now()) / 1000))
}

function isProblem(answer: unknown): answer is ProblemBody {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'code' in answer &&
    'detail' in answer &&
    'requestId' in answer
  )
}
