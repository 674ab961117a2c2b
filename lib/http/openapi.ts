/**
 * Owns building the OpenAPI 3.1 document from the endpoints' declarations, the same that validate requests. It knows
 * no feature: it is given the list.
 */
import 'server-only'
import { z } from 'zod'
import { problemCodes } from '#lib/kernel/problem'
import { type EndpointSpec, isRawBody, keepsAnswers, pathPlaceholders, requiredScopes } from './endpoint.ts'
import type { OpenapiDocument, OpenapiOperation, OpenapiParameter } from './openapi-document.ts'
import { RESPONSE_HEADERS, responsesOf } from './openapi-responses.ts'
import { EXPECT_USER_HEADER } from './handle-request.ts'
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

export function openapiDocument(input: OpenapiInput): OpenapiDocument {
  const schemas = schemaCollector()
  const problem = schemas.add(problemSchema, 'output')
  const paths: OpenapiDocument['paths'] = {}
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
      headers: RESPONSE_HEADERS,
      securitySchemes: securitySchemes(input.sessionCookie),
    },
  }
}

function operation(endpoint: EndpointSpec, schemas: SchemaCollector, problem: Json): OpenapiOperation {
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

function parametersOf(endpoint: EndpointSpec, schemas: SchemaCollector): OpenapiParameter[] {
  const params = endpoint.params ?? z.object({})
  const inPath = pathPlaceholders(endpoint.path).map((name) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: schemas.add(fieldOf(params, name) ?? z.string(), 'input'),
  }))
  const inQuery = Object.keys(endpoint.query?.shape ?? {}).map((name) => {
    const field = (endpoint.query && fieldOf(endpoint.query, name)) ?? z.string()
    const { description, ...schema } = schemas.add(field, 'input')
    return {
      name,
      in: 'query' as const,
      required: !field.safeParse(undefined).success,
      ...(typeof description === 'string' ? { description } : {}),
      schema,
    }
  })
  return [
    ...inPath,
    ...inQuery,
    ...(expectsUser(endpoint) ? [EXPECT_USER] : []),
    ...(keepsAnswers(endpoint) || endpoint.idempotency ? [IDEMPOTENCY_KEY] : []),
  ]
}

const EXPECT_USER: OpenapiParameter = {
  name: EXPECT_USER_HEADER,
  in: 'header',
  required: false,
  description: 'In whose name this is meant. With the credentials of anybody else nothing is done: 409.',
  schema: { type: 'string', format: 'uuid' },
}

/** Whatever is changed is changed in somebody's name. */
function expectsUser({ access, method }: EndpointSpec): boolean {
  return method !== 'GET' && access !== 'public'
}

const IDEMPOTENCY_KEY: OpenapiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Names this intention: whoever sends it again with the same key and the same request gets the first answer, and nothing is done twice. Kept for at least 24 hours. After a refusal, or a failure that changed nothing, the key may be sent again at once; while the first attempt runs, or for up to a minute after a failure that does not tell whether it was done, the answer is 409 `idempotency_in_flight` with `Retry-After`.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
}

function fieldOf(schema: z.ZodObject, name: string): z.ZodType | undefined {
  const field: unknown = schema.shape[name]
  return field instanceof z.ZodType ? field : undefined
}

function bodyOf({ body }: EndpointSpec, schemas: SchemaCollector): OpenapiOperation['requestBody'] | null {
  if (!body) return null
  if (isRawBody(body)) {
    const content = body.contentTypes.map((type) => [type, { schema: rawSchema(type) }] as const)
    return { required: true, description: body.description, content: Object.fromEntries(content) }
  }
  return {
    required: !body.isOptional,
    content: { [body.contentType]: { schema: schemas.add(body.schema, 'input') } },
  }
}

function rawSchema(contentType: string): Json {
  if (contentType !== 'multipart/form-data') return { type: 'string' }
  return { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] }
}
