/**
 * Owns the shape of a manifest above `spec`: which keys exist and what each may hold. It must not know YAML or storage.
 */
import { z } from 'zod'
import { handleSchema } from './handle-schema.ts'
import { kindSchema } from './kind.ts'
import { checkSpec } from './manifest-spec.ts'
import type { JsonObject } from './manifest-yaml.ts'
import { rangeSchema, versionSchema } from './semver.ts'
import { tagSchema } from './tag.ts'

const README_MAX_BYTES = 48 * 1024

// Direction overrides can make a name read as another one (CVE-2021-42574).
const oneLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'Must not be empty')
    .max(max, `Use at most ${max} characters`)
    .refine((text) => !/[\r\n\u2028\u2029]/.test(text), { message: 'Keep it on one line' })
    .refine((text) => !/[\u202a-\u202e\u2066-\u2069]/.test(text), {
      message: 'Text direction overrides are not allowed',
    })

export const webUrlSchema = z
  .string()
  .max(2048)
  .refine(isWebUrl, { message: 'Use an address that begins with https:// or http:// and holds no password' })

const capabilitySchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 'Write a capability in lower case with dots, such as image.prompt')

const metadataSchema = z.strictObject({
  name: oneLine(80).describe('The name that people read'),
  description: oneLine(400).describe('One line that search shows'),
  license: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9(][A-Za-z0-9.+() -]*$/, 'Use an SPDX expression such as MIT or Apache-2.0')
    .describe('SPDX expression')
    .optional(),
  homepage: webUrlSchema.describe('Where people read about it').optional(),
  repository: webUrlSchema.describe('Where its source is').optional(),
  tags: unique(z.array(tagSchema).max(20)).describe('key:value, at most 20').default([]),
  capabilities: unique(z.array(capabilitySchema).max(30))
    .describe('What it can do, such as image.prompt')
    .default([]),
  readme: z
    .string()
    .describe('Markdown for the package page')
    .refine((text) => new TextEncoder().encode(text).length <= README_MAX_BYTES, {
      message: `Use at most ${README_MAX_BYTES / 1024} KiB`,
    })
    .optional(),
})

const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json())

const DEPENDENCIES_MAX = 64
/** Counted before each is checked: a range costs far more to read than to write. */
const dependenciesSchema = z
  .preprocess(
    (ranges, context) => {
      if (!isRecord(ranges) || Object.keys(ranges).length <= DEPENDENCIES_MAX) return ranges
      context.addIssue({ code: 'custom', message: `Use at most ${DEPENDENCIES_MAX} dependencies` })
      return z.NEVER
    },
    z.record(handleSchema, rangeSchema),
  )
  .default({})

/** The structure alone: what each top-level key may hold, before rules that span keys. */
export const manifestStructureSchema = z.strictObject({
  id: handleSchema,
  version: versionSchema,
  kind: kindSchema,
  metadata: metadataSchema,
  dependencies: dependenciesSchema,
  spec: jsonObjectSchema.default({}),
})

/** The whole rule for a manifest that is already plain data. */
export const manifestSchema = manifestStructureSchema
  .superRefine((manifest, context) => {
    if (Object.hasOwn(manifest.dependencies, manifest.id)) {
      context.addIssue({ code: 'custom', path: ['dependencies', manifest.id], message: SELF_DEPENDENCY })
    }
    for (const { path, message } of checkSpec(manifest.kind, manifest.spec)) {
      context.addIssue({ code: 'custom', path: ['spec', ...path], message })
    }
  })
  .meta({ id: 'Manifest' })

export type Manifest = z.infer<typeof manifestStructureSchema>

export const SELF_DEPENDENCY = 'A package cannot depend on itself'

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false
  const { username, password, hostname } = new URL(text)
  return username === '' && password === '' && hostname !== ''
}

function unique<T extends z.ZodType<string[]>>(schema: T) {
  return schema.superRefine((items: string[], context) => {
    for (const [index, item] of items.entries()) {
      if (items.indexOf(item) < index)
        context.addIssue({ code: 'custom', path: [index], message: `"${item}" is there twice` })
    }
  })
}
