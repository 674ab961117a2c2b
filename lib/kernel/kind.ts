/** Owns the four kinds of package. */
import { z } from 'zod'
import { KIND_NAMES } from './kind-names.ts'

export const kindSchema = z.enum(KIND_NAMES).meta({ id: 'Kind' })
export type Kind = z.infer<typeof kindSchema>
