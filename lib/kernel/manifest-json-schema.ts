/**
 * Owns the JSON Schema of a manifest, for editors: generated from the schemas that validate, one document a kind. What
 * JSON Schema cannot say, such as that a package must not depend on itself, only publishing checks.
 */
import { z } from 'zod'
import { NAME_PATTERN } from './handle.ts'
import type { Kind } from './kind.ts'
import { manifestStructureSchema } from './manifest-schema.ts'
import { specSchemas } from './manifest-spec.ts'

const name = NAME_PATTERN.source.replace(/^\^|\$$/g, '')
const number = '(?:0|[1-9][0-9]*)'
const identifier = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'

/** What these schemas check in code, as far as an expression can say it. */
const PATTERNS: Record<string, string> = {
  Handle: `^${name}/${name}$`,
  Version: `^${number}\\.${number}\\.${number}(?:-${identifier}(?:\\.${identifier})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
  Tag: '^[a-z0-9-]+:[a-z0-9][a-z0-9._+#/-]*$',
}

const TITLES: Record<Kind, string> = {
  agent: 'Souk agent manifest',
  app: 'Souk app manifest',
  prompt: 'Souk prompt manifest',
  'mcp-server': 'Souk MCP server manifest',
}

/** Draft 7, which every YAML language server understands. `id` is the address the document is served at. */
export function manifestJsonSchema(kind: Kind, id: string): Record<string, unknown> {
  const spec: z.ZodType = specSchemas[kind]
  const manifest = manifestStructureSchema.extend({
    kind: z.literal(kind),
    spec: spec.default({}).describe('What this kind of package holds; further keys are kept'),
  })
  const { $schema, ...schema } = z.toJSONSchema(manifest, {
    target: 'draft-7',
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const id: unknown = z.globalRegistry.get(zodSchema)?.id
      const pattern = typeof id === 'string' ? PATTERNS[id] : undefined
      if (pattern !== undefined) jsonSchema.pattern = pattern
    },
  })
  return { $schema, $id: id, title: TITLES[kind], ...schema }
}
