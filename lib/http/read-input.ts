/**
 * Owns turning what arrived (path, query string, body) into validated input, or into the right refusal: 400 for
 * what cannot be understood, 413 and 415 for what is not read, 422 for a body that breaks its schema.
 */
import 'server-only'
import { z } from 'zod'
import { type Issue, Problem } from '#lib/kernel/problem'
import { issuesFromZod } from '#lib/kernel/zod-issue'
import { type EndpointSpec, isRawBody, type JsonBody, type ReceivedBody } from './endpoint.ts'
import { receiveStream } from './receive-stream.ts'

const DEFAULT_JSON_MAX_BYTES = 64 * 1024

export type RawParams = Readonly<Record<string, string | readonly string[] | undefined>>

export function parseParams(spec: EndpointSpec, raw: RawParams): Record<string, unknown> {
  if (!spec.params) return raw
  const result = spec.params.safeParse(raw)
  if (result.success) return result.data
  throw new Problem('bad_request', 'The address is malformed.', { issues: issuesFromZod(result.error, raw) })
}

/** Every parameter must be known, and given once unless its schema is a list. */
export function parseQuery(spec: EndpointSpec, search: URLSearchParams): Record<string, unknown> {
  const schema: z.ZodObject = spec.query ?? z.strictObject({})
  const raw: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  const issues: Issue[] = []
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name)
    const field: unknown = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
    if (field === undefined) {
      issues.push({ path: name, message: 'Unknown query parameter' })
    } else if (isList(field)) {
      raw[name] = values
    } else {
      if (values.length > 1) issues.push({ path: name, message: 'Given more than once' })
      raw[name] = values[0]
    }
  }
  const result = schema.safeParse(raw)
  if (!result.success) issues.push(...issuesFromZod(result.error, raw))
  if (result.success && issues.length === 0) return result.data
  throw new Problem('bad_request', 'The query string is malformed.', { issues })
}

/** Looks through what wraps a schema (`optional`, `default`, `transform`) for a list inside. */
function isList(schema: unknown): boolean {
  if (schema instanceof z.ZodArray) return true
  if (schema instanceof z.ZodPipe) return isList(schema.in)
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return isList(schema.unwrap())
  }
  return false
}

/** `onBytes` gets what arrived, before it is understood; of a stream or no body nothing. */
export async function readBody(
  spec: EndpointSpec,
  request: Request,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<unknown> {
  if (!spec.body) return undefined
  if (!isRawBody(spec.body) && spec.body.isOptional && isBodiless(request)) return parseValue(spec.body, {})
  const contentType = essence(request.headers.get('content-type'))
  const accepted: readonly string[] = isRawBody(spec.body) ? spec.body.contentTypes : [spec.body.contentType]
  const isStreamed = 'isStreamed' in spec.body
  if (!accepted.includes(contentType) && !(isStreamed && contentType === '')) {
    throw new Problem('unsupported_media_type', `Send the body as ${accepted.join(' or ')}.`, {
      headers: { accept: accepted.join(', ') },
    })
  }
  if ('isStreamed' in spec.body) return receiveStream(request, spec.body.maxBytes)
  const bytes = await readBytes(request, spec.body.maxBytes ?? DEFAULT_JSON_MAX_BYTES)
  onBytes?.(bytes)
  return isRawBody(spec.body) ? received(request, contentType, bytes) : parseJson(spec.body, bytes)
}

/** RFC 9112 section 6.3: without either header a request has no body. */
function isBodiless({ headers }: Request): boolean {
  return !headers.has('transfer-encoding') && Number(headers.get('content-length')) === 0
}

function essence(contentType: string | null): string {
  return (contentType ?? '').split(';', 1).join('').trim().toLowerCase()
}

function received(request: Request, contentType: string, bytes: Uint8Array<ArrayBuffer>): ReceivedBody {
  return {
    contentType,
    bytes,
    async formData() {
      const headers = { 'content-type': request.headers.get('content-type') ?? '' }
      try {
        return await new Response(bytes, { headers }).formData()
      } catch (cause) {
        throw new Problem('bad_request', 'The body is not well-formed multipart/form-data.', { cause })
      }
    },
  }
}

function parseJson(body: JsonBody, bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Problem('bad_request', 'The body is not well-formed JSON.', { cause })
  }
  return parseValue(body, value)
}

function parseValue(body: JsonBody, value: unknown): unknown {
  const result = body.schema.safeParse(value)
  if (result.success) return result.data
  throw new Problem('validation_failed', 'The input has faults.', {
    issues: issuesFromZod(result.error, value),
  })
}

/** Stops at the limit: a length that the client only claims is never trusted. */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new Problem('payload_too_large', `The body is larger than ${maxBytes} bytes.`, {
      headers: { connection: 'close' },
    })
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Problem('bad_request', 'The body ended early.', { cause })
    })
    if (done) break
    sizeBytes += value.byteLength
    if (sizeBytes > maxBytes) {
      await reader.cancel().catch(() => undefined)
      throw tooLarge()
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(sizeBytes)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
