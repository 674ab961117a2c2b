/** The parts of an OpenAPI 3.1 document that we write and show. */
import 'server-only'
import type { Json } from './openapi-schemas.ts'

export interface OpenapiParameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: Json
}

export interface OpenapiOperation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: Json[]
  parameters?: OpenapiParameter[]
  requestBody?: { required: boolean; description?: string; content: Record<string, { schema: Json }> }
  responses: Record<string, OpenapiResponse>
}

export interface OpenapiResponse {
  description: string
  headers?: Json
  content?: Record<string, { schema: Json }>
}

/** An alias, not an interface, so that it passes for a plain JSON object. */
export type OpenapiDocument = {
  openapi: string
  info: Json
  servers: Json[]
  tags: { name: string }[]
  paths: Record<string, Record<string, OpenapiOperation>>
  components: { schemas: Record<string, Json>; headers: Json; securitySchemes: Json }
}
