/** Owns the schemas of names and handles, for input at the edges. The rules themselves are in handle.ts. */
import { z } from 'zod'
import { checkClaimableName, checkName, NAME_MAX_LENGTH, normalizeName, parseHandle } from './handle.ts'
import type { NameResult } from './handle.ts'

export const nameSchema = z
  .string()
  .max(NAME_MAX_LENGTH)
  .superRefine((text, context) => report(checkName(text), context))
  .meta({ id: 'Name', description: 'a-z, 0-9 with inner single "-", "_" or ".", 1 to 64 characters' })

export const claimableNameSchema = z
  .string()
  .max(NAME_MAX_LENGTH)
  .superRefine((text, context) => report(checkClaimableName(text), context))
  .meta({ id: 'ClaimableName', description: 'A name that is not reserved' })

/** A handle as written by an author (strict). */
export const handleSchema = z
  .string()
  .max(2 * NAME_MAX_LENGTH + 1)
  .superRefine((text, context) => report(parseHandle(text), context))
  .meta({ id: 'Handle', description: 'namespace/name', examples: ['featured/base'] })

/** A name in a URL or a query: folded first, then checked. */
export const lookupNameSchema = z.string().transform(normalizeName).pipe(nameSchema)
/** A handle in a URL, a query or a body that refers to an existing package: folded first, then checked. */
export const lookupHandleSchema = z.string().transform(normalizeName).pipe(handleSchema)

function report(result: NameResult<unknown>, context: z.RefinementCtx<string>): void {
  if (!result.ok)
    context.addIssue({ code: 'custom', message: result.message, params: { reason: result.reason } })
}
