/** What lines of usage add up to. Pure, client-safe. */
import type { Usage } from './schemas.ts'

type UsageLine = Usage['items'][number]

export interface CapabilityUsage {
  handle: string
  capability: string
  units: number
  events: number
  creditMillionths: number
  /** Units on each of the days. */
  days: { day: string; units: number }[]
}

export interface UsageSummary {
  events: number
  creditMillionths: number
  days: { day: string; events: number; creditMillionths: number }[]
  /** What brought the most first. */
  capabilities: CapabilityUsage[]
}

/** Adds up lines of days, over `days` days that end with `today` (`2026-11-30`, UTC); days without usage are there, too. */
export function summariseUsage(lines: readonly UsageLine[], today: string, days: number): UsageSummary {
  const names = Array.from({ length: days }, (_, index) => dayBefore(today, days - 1 - index))
  const known = new Set(names)
  const byDay = new Map(names.map((day) => [day, { day, events: 0, creditMillionths: 0 }]))
  const byCapability = new Map<string, CapabilityUsage & { unitsOf: Map<string, number> }>()
  for (const { handle, capability, hour, units, events, creditMillionths } of lines) {
    const day = hour.slice(0, 10)
    const sum = byDay.get(day)
    if (!known.has(day) || !sum) continue
    sum.events += events
    sum.creditMillionths += creditMillionths
    const key = `${handle} ${capability}`
    const found = byCapability.get(key) ?? {
      ...{ handle, capability, units: 0, events: 0, creditMillionths: 0, days: [] },
      unitsOf: new Map<string, number>(),
    }
    found.units += units
    found.events += events
    found.creditMillionths += creditMillionths
    found.unitsOf.set(day, (found.unitsOf.get(day) ?? 0) + units)
    byCapability.set(key, found)
  }
  const capabilities = [...byCapability.values()].map(({ unitsOf, ...rest }) => ({
    ...rest,
    days: names.map((day) => ({ day, units: unitsOf.get(day) ?? 0 })),
  }))
  return {
    events: capabilities.reduce((sum, { events }) => sum + events, 0),
    creditMillionths: capabilities.reduce((sum, one) => sum + one.creditMillionths, 0),
    days: [...byDay.values()],
    capabilities: capabilities.sort(
      (a, b) => b.creditMillionths - a.creditMillionths || a.handle.localeCompare(b.handle),
    ),
  }
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
}
