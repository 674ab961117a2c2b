/**
 * One of several processes that count together: asks as often as it can, and tells its parent when each request was
 * asked and decided, by the clock that all processes of a machine share.
 */
import { LOOPBACK } from '../stack/ports.ts'

const [, , port = '', windowMs = '', limit = ''] = process.argv

const { SharedLimits } = await import('#lib/http/limit-window')
const { SharedWindow } = await import('#lib/http/shared-window')
const { openRedis } = await import('#lib/platform/redis')

export interface Decided {
  askedAt: number
  decidedAt: number
  isAdmitted: boolean
}

const redis = openRedis({ REDIS_URL: `redis://${LOOPBACK}:${port}` }, 150)
if (redis === null) throw new Error('no Redis')
const limits = new SharedLimits({
  store: new SharedWindow(redis.scripts),
  reconnect: redis.reconnect,
  instances: 3,
  onChange: ({ state }) => process.send?.({ state }),
})
const nowMs = () => performance.timeOrigin + performance.now()
const taking = { limit: Number(limit), windowMs: Number(windowMs), whenStoreIsDown: 'share' as const }

async function ask(): Promise<Decided> {
  const askedAt = nowMs()
  const { isAdmitted } = await limits.take('page address 203.0.113.1', taking)
  return { askedAt, decidedAt: nowMs(), isAdmitted }
}

process.on('disconnect', () => process.exit(0))
process.on('message', () => void flood())

/** Several at once and then a breath, again and again, until the parent goes. */
async function flood(): Promise<void> {
  for (;;) {
    const decided = await Promise.all([ask(), ask(), ask()])
    process.send?.({ decided })
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
}

await limits.start()
