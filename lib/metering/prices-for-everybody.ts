import 'server-only'
import { packageTag } from '#lib/http/public-pages'
import { anonymous } from '#lib/kernel/actor'
import { tieredCache } from '#lib/platform/tiered-cache'
import { readUnitPrices } from './data.ts'
import type { UnitPrice } from './schemas.ts'

/** What a package charges by use as everybody sees it, kept as long as its page; empty for what strangers may not see. */
export function pricesForEverybody(handle: string): Promise<UnitPrice[]> {
  return tieredCache().read({
    ...{ key: `unit-prices:${handle}`, tier: 'hot', tags: [packageTag(handle)] },
    load: async () => (await readUnitPrices(anonymous, handle)) ?? [],
  })
}
