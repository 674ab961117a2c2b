/** Owns the four kinds of package. */
import { z } from 'zod'

export const kinds = ['agent', 'app', 'prompt', 'mcp-server'] as const
export const kindSchema = z.enum(kinds).meta({ id: 'Kind' })
export type Kind = z.infer<typeof kindSchema>
