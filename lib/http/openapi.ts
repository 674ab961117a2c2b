/**
 * Owns building the OpenAPI 3.1 document from the endpoints' declarations, the same that validate requests. It knows
 * no feature: it is given the list.
 */
import { z } from 'zod'
import { type ProblemCode, problemCodes, problemEntry } from '#lib/kernel/problem'
import { type EndpointSpec, isRawBody, requiredScopes, type ResponseSpec } from './endpoint.ts'
import { type Json, type SchemaCollector, schemaCollector } from './openapi-schemas.ts'

const OPENAPI_VERSION = '3.1.1'

export interface OpenapiInput {
  endpoints: readonly EndpointSpec[]
  title: string
  description: string
  version: string
  sessionCookie: string
}

const problemSchema = z
  .object({
    type: z.string().describe('Where the code is explained'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What went wrong this time, for a person'),
    code: z.enum(problemCodes).describe('For programs: never renamed'),
    requestId: z.string(),
    issues: z
      .array(
        z.object({
          path: z.string().describe('Such as `metadata.tags[0]`'),
          message: z.string(),
          line: z.int().optional(),
          column: z.int().optional(),
        }),
      )
      .optional()
      .describe('Each thing wrong with the input'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })

export interface OpenapiDocument {
  openapi: typeof OPENAPI_VERSION
  [field: string]: unknown
}

export function openapiDocument(input: OpenapiInput): OpenapiDocument {
  const schemas = schemaCollector()
  const problem = schemas.add(problemSchema, 'output')
  const paths: Record<string, Json> = {}
  for (const endpoint of input.endpoints) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operation(endpoint, schemas, problem),
    }
  }
  return {
    openapi: OPENAPI_VERSION,
    info: {
      title: input.title,
      version: input.version,
      description: input.description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(input.endpoints.flatMap(({ tags }) => tags))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components(),
      headers: HEADERS,
      securitySchemes: securitySchemes(input.sessionCookie),
    },
  }
}

function operation(endpoint: EndpointSpec, schemas: SchemaCollector, problem: Json): Json {
  const parameters = parametersOf(endpoint, schemas)
  const body = bodyOf(endpoint, schemas)
  const description = [endpoint.description, accessNote(endpoint)].filter(Boolean).join('\n\n')
  return {
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    ...(description === '' ? {} : { description }),
    tags: [...endpoint.tags],
    security: securityOf(endpoint),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: responsesOf(endpoint, schemas, problem),
  }
}

function accessNote(endpoint: EndpointSpec): string {
  if (endpoint.access === 'public') return ''
  const scopes = requiredScopes(endpoint)
  const tokens =
    scopes === null
      ? 'API tokens are refused: it takes a session or an access token.'
      : `An API token needs the scope ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`
  return endpoint.access === 'operator' ? `Operators only. ${tokens}` : tokens
}

function securityOf({ access, ...endpoint }: EndpointSpec): Json[] {
  if (access === 'public') return []
  const people = [{ session: [] }, { accessToken: [] }]
  const known = requiredScopes({ access, ...endpoint }) === null ? people : [...people, { apiToken: [] }]
  return access === 'optional' ? [{}, ...known] : known
}

function securitySchemes(sessionCookie: string): Json {
  return {
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: sessionCookie,
      description: 'The session of a browser. Writes also need an `Origin` of this site.',
    },
    apiToken: { type: 'http', scheme: 'bearer', description: 'A scoped API token: `souk_…`' },
    accessToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A Supabase access token of a person',
    },
  }
}

function parametersOf(endpoint: EndpointSpec, schemas: SchemaCollector): Json[] {
  const params = endpoint.params ?? z.object({})
  const inPath = [...endpoint.path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schemas.add(fieldOf(params, name) ?? z.string(), 'input'),
  }))
  const inQuery = Object.keys(endpoint.query?.shape ?? {}).map((name) => {
    const field = (endpoint.query && fieldOf(endpoint.query, name)) ?? z.string()
    const { description, ...schema } = schemas.add(field, 'input')
    return {
      name,
      in: 'query',
      required: !field.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema,
    }
  })
  return [...inPath, ...inQuery]
}

function fieldOf(schema: z.ZodObject, name: string): z.ZodType | undefined {
  const field: unknown = schema.shape[name]
  return field instanceof z.ZodType ? field : undefined
}

function bodyOf({ body }: EndpointSpec, schemas: SchemaCollector): Json | null {
  if (!body) return null
  if (isRawBody(body)) {
    const content = body.contentTypes.map((type) => [type, { schema: rawSchema(type) }] as const)
    return { required: true, description: body.description, content: Object.fromEntries(content) }
  }
  return {
    required: true,
    content: { [body.contentType]: { schema: schemas.add(body.schema, 'input') } },
  }
}

function rawSchema(contentType: string): Json {
  if (contentType !== 'multipart/form-data') return { type: 'string' }
  return { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] }
}

const HEADERS: Json = {
  RequestId: { description: 'Names this request in our log', schema: { type: 'string' } },
  ETag: { description: 'Strong; send it back in `If-None-Match`', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer' } },
  WwwAuthenticate: { description: 'How to authenticate', schema: { type: 'string' } },
  Allow: { description: 'The methods that this address takes', schema: { type: 'string' } },
}
const header = (name: string): Json => ({ $ref: `#/components/headers/${name}` })

function responsesOf(endpoint: EndpointSpec, schemas: SchemaCollector, problem: Json): Record<string, Json> {
  const responses: Record<string, Json> = {}
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

function success(spec: ResponseSpec, endpoint: EndpointSpec, schemas: SchemaCollector): Json {
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
  if (status === 429 || status === 503) return { 'retry-after': header('RetryAfter') }
  return {}
}

/** What the endpoint declares, and what its access and input make possible anyway. */
export function problemsOf(endpoint: EndpointSpec): ProblemCode[] {
  const { access, body, method } = endpoint
  const implied: ProblemCode[] = ['bad_request', 'internal', 'unavailable']
  if (body) implied.push('payload_too_large', 'unsupported_media_type')
  if (body && !isRawBody(body)) implied.push('validation_failed')
  if (access !== 'public') implied.push('unauthenticated', 'insufficient_scope')
  if (access === 'operator') implied.push('forbidden')
  if (access !== 'public' && method !== 'GET') implied.push('csrf_failed')
  const wanted = new Set([...implied, ...endpoint.problems])
  return problemCodes.filter((code) => wanted.has(code))
}
