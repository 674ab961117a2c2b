/**
 * Owns how a handler's result becomes a response: status, JSON, cache headers, the strong ETag and 304.
 */
import 'server-only'
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { cacheControl } from './cache-policy.ts'
import type { EndpointSpec, ResponseSpec } from './endpoint.ts'
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
): Response {
  const response = result instanceof Response ? result : fromDto(spec, result, options)
  const headers = new Headers(response.headers)
  headers.set(REQUEST_ID_HEADER, options.requestId)
  if (!headers.has('cache-control')) headers.set('cache-control', cacheControl(spec.cache))
  const etag = headers.get('etag')
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (isSafe && response.status === 200 && etag !== null && matches(request.headers, etag)) {
    for (const name of ['content-type', 'content-length', 'content-disposition']) headers.delete(name)
    return new Response(null, { status: 304, headers })
  }
  const body = request.method === 'HEAD' ? null : response.body
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}

function fromDto(spec: EndpointSpec, result: unknown, { validateOutput }: RespondOptions): Response {
  const answer = isReply(result) ? result : reply(spec.responses[0].status, result)
  const declared = spec.responses.find(({ status }) => status === answer.status)
  if (!declared) throw new Error(`${spec.operationId} answered ${answer.status}, which it does not declare`)
  const headers = new Headers(answer.headers)
  if (!declared.schema) {
    if (answer.body !== undefined)
      throw new Error(`${spec.operationId} declares no body for ${answer.status}`)
    return new Response(null, { status: answer.status, headers })
  }
  if (validateOutput) assertOutput(spec, declared.schema, answer.body)
  const text = JSON.stringify(answer.body)
  headers.set('content-type', declared.contentType ?? 'application/json')
  if (spec.cache !== 'private') headers.set('etag', strongEtag(text))
  return new Response(text, { status: answer.status, headers })
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
  return `"${createHash('sha256').update(text).digest('base64url')}"`
}

/** RFC 9110 section 13.1.2: the comparison is weak, and `*` matches whatever exists. */
function matches(headers: Headers, etag: string): boolean {
  const wanted = headers.get('if-none-match')
  if (wanted === null) return false
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return wanted.trim() === '*' || wanted.split(',').some((tag) => bare(tag) === bare(etag))
}
