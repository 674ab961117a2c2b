/**
 * Owns how a handler's result becomes an answer: status, JSON, cache headers, the strong ETag and 304.
 */
import 'server-only'
import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Answer } from './answer.ts'
import { cacheControl } from './cache-policy.ts'
import type { EndpointSpec, ResponseSpec } from './endpoint.ts'
import { isKnown } from './entity-tag.ts'
import { isReply, reply } from './reply.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'

export interface RespondOptions {
  requestId: string
  /** Checks each answer against its schema. Costs time, so not in production. */
  validateOutput: boolean
}

/** @throws Error when the result is not what the endpoint promises. */
export function respond(
  spec: EndpointSpec,
  request: Request,
  result: unknown,
  options: RespondOptions,
): Answer {
  const { status, headers, body } =
    result instanceof Response ? ofResponse(result) : fromDto(spec, result, options)
  headers.set(REQUEST_ID_HEADER, options.requestId)
  if (!headers.has('cache-control')) headers.set('cache-control', cacheControl(spec.cache))
  const etag = headers.get('etag')
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (isSafe && status === 200 && etag !== null && isKnown(request.headers.get('if-none-match'), etag)) {
    for (const name of ['content-type', 'content-length', 'content-disposition']) headers.delete(name)
    return { status: 304, headers, body: null }
  }
  if (request.method !== 'HEAD') return { status, headers, body }
  if (body instanceof ReadableStream) void body.cancel().catch(() => undefined)
  return { status, headers, body: null }
}

/** Its headers may be beyond change, as those of a fetched one are. */
function ofResponse({ status, headers, body }: Response): Answer {
  return { status, headers: new Headers(headers), body }
}

function fromDto(spec: EndpointSpec, result: unknown, { validateOutput }: RespondOptions): Answer {
  const answer = isReply(result) ? result : reply(spec.responses[0].status, result)
  const declared = spec.responses.find(({ status }) => status === answer.status)
  if (!declared) throw new Error(`${spec.operationId} answered ${answer.status}, which it does not declare`)
  const headers = new Headers(answer.headers)
  if (!declared.schema) {
    if (answer.body !== undefined)
      throw new Error(`${spec.operationId} declares no body for ${answer.status}`)
    return { status: answer.status, headers, body: null }
  }
  if (validateOutput) assertOutput(spec, declared.schema, answer.body)
  const text = JSON.stringify(answer.body)
  headers.set('content-type', declared.contentType ?? 'application/json')
  if (spec.cache !== 'private' || headers.get('cache-control')?.startsWith('public'))
    headers.set('etag', strongEtag(text))
  return { status: answer.status, headers, body: text }
}

/** Also refuses fields that the schema does not name: they are undocumented at best, private at worst. */
function assertOutput(spec: EndpointSpec, schema: NonNullable<ResponseSpec['schema']>, body: unknown): void {
  const sent: unknown = JSON.parse(JSON.stringify(body))
  const result = schema.safeParse(sent)
  if (!result.success) {
    throw new Error(`${spec.operationId} breaks its response schema:\n${z.prettifyError(result.error)}`)
  }
  const path = firstDifference(sent, result.data)
  if (path !== null) throw new Error(`${spec.operationId} answers with undeclared ${path}`)
}

function firstDifference(sent: unknown, declared: unknown, path = '$'): string | null {
  if (isDeepStrictEqual(sent, declared)) return null
  if (typeof sent !== 'object' || sent === null || typeof declared !== 'object' || declared === null)
    return path
  for (const [key, value] of Object.entries(sent)) {
    const other: unknown = Object.hasOwn(declared, key)
      ? (declared as Record<string, unknown>)[key]
      : undefined
    const found = firstDifference(value, other, `${path}.${key}`)
    if (found !== null) return found
  }
  return path
}

function strongEtag(text: string): string {
  return `"${hash('sha256', text, 'base64url')}"`
}
