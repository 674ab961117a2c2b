import { describe, expect, it } from 'vitest'
import { readinessStatus, viewsOf } from './rules.ts'

const up = { state: 'up', latencyMs: 1 } as const
const down = { state: 'down', latencyMs: null } as const
const off = { state: 'off', latencyMs: null } as const
const own = { state: 'own', latencyMs: null, instances: 1 } as const
const now = new Date('2026-01-01T12:00:00.000Z')
const fresh = viewsOf('2026-01-01T11:55:00+00:00', now)

describe('readiness', () => {
  it.each([
    ['ready', { database: up, auth: up, stripe: off, limits: own, views: fresh }],
    ['ready', { database: up, auth: up, stripe: off, limits: own, views: viewsOf(null, now) }],
    ['degraded', { database: up, auth: down, stripe: off, limits: own, views: fresh }],
    [
      'degraded',
      { database: up, auth: up, stripe: off, limits: own, views: viewsOf('2026-01-01T11:44:59Z', now) },
    ],
    ['ready', { database: up, auth: up, stripe: off, limits: { ...own, state: 'up' }, views: fresh }],
    ['degraded', { database: up, auth: up, stripe: down, limits: own, views: fresh }],
    ['ready', { database: up, auth: up, stripe: { ...down, state: 'unknown' }, limits: own, views: fresh }],
    ['degraded', { database: up, auth: up, stripe: off, limits: { ...own, state: 'down' }, views: fresh }],
    ['unavailable', { database: down, auth: up, stripe: off, limits: own, views: fresh }],
    ['unavailable', { database: down, auth: down, stripe: off, limits: own, views: viewsOf(null, now) }],
  ] as const)('is %s', (status, dependencies) => {
    expect(readinessStatus(dependencies)).toBe(status)
  })
})

describe('the age of the views', () => {
  it('is told in seconds, the time in UTC', () => {
    expect(fresh).toEqual({ state: 'fresh', refreshedAt: '2026-01-01T11:55:00.000Z', ageSeconds: 300 })
  })

  it('is never negative when the clocks differ', () => {
    expect(viewsOf('2026-01-01T12:00:09Z', now).ageSeconds).toBe(0)
  })
})
