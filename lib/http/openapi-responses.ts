/** Owns the answers of an operation in the OpenAPI document: what it declares, and what can go wrong. */
import 'server-only'
import { type ProblemCode, problemCodes, problemEntry } from '#lib/kernel/problem'
import { type EndpointSpec, isRawBody, keepsAnswers, type ResponseSpec } from './endpoint.ts'
import { rateLimitClassOf } from './rate-limits.ts'
import type { OpenapiOperation, OpenapiResponse } from './openapi-document.ts'
import type { Json, SchemaCollector } from './openapi-schemas.ts'

export const RESPONSE_HEADERS: Json = {
  RequestId: { description: 'Names this request in our log', schema: { type: 'string' } },
  ETag: { description: 'Strong; send it back in `If-None-Match`', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer' } },
  RateLimit: {
    description: 'What is left of the limit, and for how many seconds',
    schema: { type: 'string' },
  },
  RateLimitPolicy: { description: 'The limit: requests and seconds', schema: { type: 'string' } },
  WwwAuthenticate: { description: 'How to authenticate', schema: { type: 'string' } },
  Allow: { description: 'The methods that this address takes', schema: { type: 'string' } },
}
const header = (name: string): Json => ({ $ref: `#/components/headers/${name}` })

export function responsesOf(
  endpoint: EndpointSpec,
  schemas: SchemaCollector,
  problem: Json,
): OpenapiOperation['responses'] {
  const responses: OpenapiOperation['responses'] = {}
  for (const spec of endpoint.responses) responses[spec.status] = success(spec, endpoint, schemas)
  if (endpoint.cache !== 'private') {
    responses['304'] = { description: 'Not modified', headers: { 'x-request-id': header('RequestId') } }
  }
  const problems = problemsOf(endpoint)
  for (const status of new Set(problems.map((code) => problemEntry(code).status))) {
    const codes = problems.filter((code) => problemEntry(code).status === status)
    const declared = responses[status]
    responses[status] = {
      description: [declared?.description, ...codes.map((code) => `\`${code}\`: ${problemEntry(code).title}`)]
        .filter(Boolean)
        .join('; '),
      headers: { 'x-request-id': header('RequestId'), ...problemHeaders(status) },
      content: {
        ...(declared?.content as Json | undefined),
        'application/problem+json': { schema: problem },
      },
    }
  }
  return responses
}

function success(spec: ResponseSpec, endpoint: EndpointSpec, schemas: SchemaCollector): OpenapiResponse {
  const own = Object.entries(spec.headers ?? {}).map(
    ([name, { description }]) => [name, { description, schema: { type: 'string' } }] as const,
  )
  const content = spec.schema
    ? { [spec.contentType ?? 'application/json']: { schema: schemas.add(spec.schema, 'output') } }
    : spec.contentType && { [spec.contentType]: { schema: { type: 'string' } } }
  return {
    description: spec.description,
    headers: {
      'x-request-id': header('RequestId'),
      ...(endpoint.cache === 'private' ? {} : { etag: header('ETag') }),
      ...Object.fromEntries(own),
    },
    ...(content ? { content } : {}),
  }
}

function problemHeaders(status: number): Json {
  if (status === 401) return { 'www-authenticate': header('WwwAuthenticate') }
  if (status === 429) {
    return {
      'retry-after': header('RetryAfter'),
      RateLimit: header('RateLimit'),
      'RateLimit-Policy': header('RateLimitPolicy'),
    }
  }
  if (status === 503) return { 'retry-after': header('RetryAfter') }
  return {}
}

/** What the endpoint declares, and what its access and input make possible anyway. */
function problemsOf(endpoint: EndpointSpec): ProblemCode[] {
  const { access, body, method } = endpoint
  const implied: ProblemCode[] = ['bad_request', 'internal', 'unavailable']
  if (body) implied.push('payload_too_large', 'unsupported_media_type')
  if (body && !isRawBody(body)) implied.push('validation_failed')
  if (access !== 'public') implied.push('unauthenticated', 'insufficient_scope')
  if (keepsAnswers(endpoint)) implied.push('conflict', 'idempotency_in_flight', 'idempotency_key_reused')
  if (access === 'operator') implied.push('forbidden')
  if (access !== 'public' && method !== 'GET') implied.push('csrf_failed', 'user_changed')
  if (rateLimitClassOf({ method, url: endpoint.path, hasCredential: true }) !== null)
    implied.push('rate_limited')
  const wanted = new Set([...implied, ...endpoint.problems])
  return problemCodes.filter((code) => wanted.has(code))
}
