/**
 * Owns the shape of an entry of the MCP registry's seed, read leniently: a missing or wrong field becomes empty, so that
 * the mapping can say what is wrong with the entry instead of failing on it.
 */
import { z } from 'zod'

const text = z.string().catch('')
const listOf = <T extends z.ZodType>(schema: T) => z.array(schema).catch([])

const argumentSchema = z.object({
  type: text,
  value: text,
  description: text,
  is_required: z.boolean().catch(false),
})
const environmentSchema = z.object({ name: text, description: text })

const packageSchema = z.object({
  registry_name: text,
  name: text,
  version: text,
  package_arguments: listOf(argumentSchema),
  environment_variables: listOf(environmentSchema),
})

export const entrySchema = z.object({
  id: text,
  name: text,
  description: text,
  repository: z.object({ url: text, source: text, id: text }).catch({ url: '', source: '', id: '' }),
  version_detail: z.object({ version: text }).catch({ version: '' }),
  packages: listOf(packageSchema),
  remotes: listOf(z.object({ transport_type: text, url: text })),
})

export type RegistryEntry = z.infer<typeof entrySchema>
export type RegistryPackage = z.infer<typeof packageSchema>
export type RegistryArgument = z.infer<typeof argumentSchema>
