/** Rebuilds the index while eight clients search, and says whether any of them was answered wrongly. */
import { httpSender, webSettings } from './catalog-senders.ts'
import type { Workload } from './catalog-workload.ts'
import { measure } from './measure.ts'

export async function measureRebuild(databaseUrl: string, origin: string, mixed: Workload) {
  Object.assign(process.env, webSettings(databaseUrl))
  const { rebuildIndex } = await import('#lib/search/rebuild-index')
  console.log('Rebuilding the index while 8 clients search')
  const send = httpSender(origin, mixed)
  const sendCommon = httpSender(origin, {
    name: 'common',
    path: (index) =>
      `/api/marketplace?q=${['server', 'agent', 'docker', 'memory'][index % 4] ?? ''}&limit=${1 + (index % 40)}`,
    findsSomething: true,
  })
  let isDone = false
  const startedAt = performance.now()
  const rebuilt = rebuildIndex('service').finally(() => {
    isDone = true
  })
  let [requests, failures, maxMs] = [0, 0, 0]
  const p95s: number[] = []
  for (let round = 0; !isDone; round += 1) {
    // An empty answer counts as failed where words were asked for that many entries have.
    const isCommon = round % 2 === 0
    const measured = await measure({
      ...{ clients: 8, seconds: 2, first: requests },
      send: isCommon ? sendCommon : send,
    })
    requests += measured.requests
    failures += measured.failures
    maxMs = Math.max(maxMs, measured.maxMs)
    p95s.push(measured.p95Ms)
  }
  const result = {
    rows: await rebuilt,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    requests,
    failures,
    maxMs,
    medianP95Ms: p95s.toSorted((a, b) => a - b)[Math.floor(p95s.length / 2)],
  }
  console.log(`  ${JSON.stringify(result)}`)
  return result
}
