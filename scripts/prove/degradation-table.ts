/** What `prove:degradation` writes down. Pure. */
import type { Dependency, Write } from './degradation-asking.ts'
import type { Look } from './degradation-market.ts'
import type { Fault } from './fault-proxy.ts'

export interface Cell {
  dependency: Dependency
  fault: Fault
  /** After caches have had time to grow stale. */
  pages: Look[]
  writes: Write[]
  slowestMs: number
  healthyMs: number
  /** What is not as it should be. */
  faults: string[]
}

const HEAD = `# When something is away

Written by \`npm run prove:degradation\`, which puts a TCP proxy before each dependency and breaks it: connections refused, accepted
and never answered, answered 2 s late, reset, or answered with random bytes. Visitors go on browsing what is cached; what cannot be
done is refused with a 503 and \`Retry-After\`, changes nothing and may be sent again with the same \`Idempotency-Key\`; no request
takes longer than 5 s; within 10 s of the repair all is well. Writes are a purchase (database, and there also PUT, PATCH, DELETE and POST of other things, one by an API token, an event of
Stripe and a top-up; without
Redis it goes through, under the limits that each process counts alone), signing in (auth: the form says so in words, with the same status; sessions that are open go on without
it) and a top-up by card (Stripe). What the shared cache serves past its time says so (\`Cache-Status\`,
\`Warning\`); pages that the server draws anew from what the process keeps, for at most six minutes, do not.

| away     | how     | browsing   | writes | slowest request | well again after | as it should be |
| -------- | ------- | ---------- | ------ | --------------- | ---------------- | --------------- |
`

export function degradationTable(cells: readonly Cell[]): string {
  const rows = cells.map((cell) => {
    const statuses = [...new Set(cell.pages.map(({ status }) => status))].join(', ')
    const stale = cell.pages.filter(({ isStale }) => isStale).length
    const browsing = stale > 0 ? `${statuses}, ${stale} of ${cell.pages.length} marked stale` : statuses
    const writes = [...new Set(cell.writes.map(({ says }) => says))].join(', ')
    const verdict = cell.faults.length === 0 ? 'yes' : `**no**: ${cell.faults.join('; ')}`
    const times = [cell.slowestMs, cell.healthyMs].map((ms) => `${(ms / 1000).toFixed(1)} s`)
    return `| ${[cell.dependency, cell.fault, browsing, writes, ...times, verdict].join(' | ')} |`
  })
  return `${HEAD}${rows.join('\n')}\n`
}
