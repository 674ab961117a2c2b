import 'server-only'
import { createHash } from 'node:crypto'
import type { Kind } from '#lib/kernel/kind'
import { manifestJsonSchema } from '#lib/kernel/manifest-json-schema'
import { env } from '#lib/platform/env'

export interface SchemaDocument {
  text: string
  etag: string
}

const documents = new Map<Kind, SchemaDocument>()

/** The JSON Schema of a kind's manifest. It changes only with a deployment, so it is made once. */
export function getJsonSchema(kind: Kind): SchemaDocument {
  const known = documents.get(kind)
  if (known) return known
  const address = new URL(`/schemas/${kind}.json`, env().SITE_URL).href
  const text = JSON.stringify(manifestJsonSchema(kind, address), null, 2)
  const document = { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` }
  documents.set(kind, document)
  return document
}
