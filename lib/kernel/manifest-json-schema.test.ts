import { readFile } from 'node:fs/promises'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { KIND_NAMES } from './kind-names.ts'
import type { Kind } from './kind.ts'
import { manifestJsonSchema } from './manifest-json-schema.ts'
import { parseManifest } from './manifest.ts'

const root = join(import.meta.dirname, '../..')
const address = (kind: Kind) => `https://souk.test/schemas/${kind}.json`
const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true })
const validators = Object.fromEntries(
  KIND_NAMES.map((kind) => [kind, ajv.compile(manifestJsonSchema(kind, address(kind)))]),
)
const accepts = (kind: Kind, value: unknown) => validators[kind]?.(value)

const base = {
  id: 'featured/base',
  version: '1.0.0',
  kind: 'prompt',
  metadata: { name: 'Base', description: 'One line' },
}

describe('the JSON Schema of each kind', () => {
  it.each(KIND_NAMES)('of %s is a self-contained draft 7 schema that names every key of spec', (kind) => {
    const schema = manifestJsonSchema(kind, address(kind))
    expect(schema).toMatchObject({ $id: address(kind), $schema: 'http://json-schema.org/draft-07/schema#' })
    expect(ajv.validateSchema(schema)).toBe(true)
    expect(JSON.stringify(schema)).not.toContain('__shared')
    expect(schema.required).toEqual(['id', 'version', 'kind', 'metadata'])
  })

  it('accepts every manifest of the house and the demo store, as publishing does', async () => {
    const files: string[] = []
    for await (const file of glob('supabase/seeds/{house,demo}/*/*.yaml', { cwd: root })) files.push(file)
    expect(files.length).toBeGreaterThan(30)
    for (const file of files) {
      const text = await readFile(join(root, file), 'utf8')
      const result = parseManifest(text)
      if (!result.ok) throw new Error(`${file} is no manifest`)
      const validate = validators[result.manifest.kind]
      expect(validate?.(parse(text)), `${file}: ${ajv.errorsText(validate?.errors)}`).toBe(true)
    }
  })

  it.each<[string, unknown]>([
    ['an unknown key', { ...base, more: 1 }],
    ['an unknown key of metadata', { ...base, metadata: { ...base.metadata, author: 'A' } }],
    ['no id', { ...base, id: undefined }],
    ['a handle in capitals', { ...base, id: 'Featured/Base' }],
    ['a handle of one part', { ...base, id: 'base' }],
    ['a version with a v', { ...base, version: 'v1.0.0' }],
    ['a version of two numbers', { ...base, version: '1.0' }],
    ['another kind', { ...base, kind: 'agent' }],
    ['a tag without a key', { ...base, metadata: { ...base.metadata, tags: ['english'] } }],
    ['a dependency under a bad handle', { ...base, dependencies: { 'Not A Handle': '^1.0.0' } }],
    ['dependencies in a list', { ...base, dependencies: ['a/b'] }],
    ['a template that is no text', { ...base, spec: { template: 7 } }],
    ['a variable without a name', { ...base, spec: { variables: [{}] } }],
  ])('refuses %s, as publishing does', (_what, value) => {
    const plain: unknown = JSON.parse(JSON.stringify(value))
    expect(accepts('prompt', plain)).toBe(false)
    expect(parseManifest(JSON.stringify(plain)).ok && (plain as { kind: string }).kind === 'prompt').toBe(
      false,
    )
  })

  it.each<[Kind, unknown]>([
    ['agent', { maxSteps: 0 }],
    ['app', { port: 70_000 }],
    ['mcp-server', { remotes: [{ url: 'ftp://x.test' }] }],
  ])('of %s checks its own spec', (kind, spec) => {
    expect(accepts(kind, { ...base, kind, spec })).toBe(false)
    expect(accepts(kind, { ...base, kind, spec: { 'x-own': true } })).toBe(true)
  })
})
