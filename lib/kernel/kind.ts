/** Owns the four kinds of package. */
import { z } from 'zod'

export const kindSchema = z.enum(['agent', 'app', 'prompt', 'mcp-server']).meta({ id: 'Kind' })
export type Kind = z.infer<typeof kindSchema>
