/** Shapes of what the service says about itself. Client-safe. */
import { z } from 'zod'

export const livenessSchema = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    uptimeSeconds: z.int().min(0),
  })
  .meta({ id: 'Liveness' })
export type Liveness = z.infer<typeof livenessSchema>

const dependencySchema = z.object({
  state: z.enum(['up', 'down']),
  latencyMs: z.number().nullable().describe('How long it took to answer; null when it did not'),
})

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']).describe('`degraded`: serves, without what is down'),
    version: z.string(),
    uptimeSeconds: z.int().min(0),
    dependencies: z.object({
      database: dependencySchema,
      auth: dependencySchema.describe('Sign-in; sessions that are open go on without it'),
      views: z.object({
        state: z.enum(['fresh', 'stale', 'unknown']).describe('What the home page is drawn from'),
        refreshedAt: z.iso.datetime().nullable(),
        ageSeconds: z.int().nullable(),
      }),
    }),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.infer<typeof readinessSchema>
