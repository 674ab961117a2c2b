/** Runs one kind of request by a number of clients for some seconds and says how long requests took. Knows no product. */

export interface Measurement {
  clients: number
  requests: number
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
  failures: number
}

export interface LoadOptions {
  clients: number
  seconds: number
  /** Number of the first request. */
  first?: number
  /** Sends request number `index` and answers whether it was as expected. */
  send: (index: number) => Promise<boolean>
}

export async function measure({ clients, seconds, send, first = 0 }: LoadOptions): Promise<Measurement> {
  const durations: number[] = []
  let [next, failures] = [first, 0]
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  const client = async () => {
    while (performance.now() < endsAt) {
      const sentAt = performance.now()
      const isGood = await send(next++)
      durations.push(performance.now() - sentAt)
      if (!isGood) failures += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const elapsedMs = performance.now() - startedAt
  durations.sort((a, b) => a - b)
  return {
    clients,
    requests: durations.length,
    perSecond: round((durations.length / elapsedMs) * 1000),
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    p99Ms: percentile(durations, 0.99),
    maxMs: round(durations.at(-1) ?? 0),
    failures,
  }
}

/** The nearest-rank percentile of ascending durations. */
function percentile(sorted: readonly number[], share: number): number {
  return round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
