/** Reads from the database whether every purchase is there, once, whole, and as it was acknowledged. For proofs. */
import postgres from 'postgres'

export interface Found {
  orders: number
  movements: number
  rights: number
  /** What `ledger.verify()` names. */
  faults: number
}

/**
 * @param count how many orders there must be; null when some were not acknowledged
 * @param acknowledged the answers that buyers have seen, JSON, by key
 * @throws when anything is lost, doubled or not as it was told
 */
export async function checkPurchases(
  url: string,
  count: number | null,
  acknowledged: ReadonlyMap<string, string>,
): Promise<Found> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    const [found] = await sql<(Found & { doubled: number })[]>`
      select (select count(*)::int from commerce.orders) as orders,
        (select count(*)::int from ledger.transactions where kind = 'purchase') as movements,
        (select count(*)::int from commerce.entitlements where order_id is not null) as rights,
        (select count(*)::int from ledger.verify()) as faults,
        (select count(*)::int from (select from commerce.orders group by buyer_id, package_id having count(*) > 1) d)
          as doubled`
    if (!found) throw new Error('A select without from always yields one row')
    const { doubled, ...rest } = found
    const kept = await sql<{ key: string; id: string }[]>`
      select k.key, o.id
      from commerce.idempotency_keys k join commerce.orders o on o.id = (k.response ->> 'id')::uuid
      where k.key = any (${[...acknowledged.keys()]}::text[])`
    const idOf = (body: string | undefined) => (JSON.parse(body ?? '{}') as { id?: string }).id
    const strange = kept.filter(({ key, id }) => idOf(acknowledged.get(key)) !== id)
    const isWhole =
      found.orders === found.movements &&
      found.orders === found.rights &&
      (count === null || found.orders === count) &&
      kept.length === acknowledged.size &&
      strange.length === 0 &&
      doubled === 0 &&
      found.faults === 0
    if (!isWhole) {
      const seen = { ...found, kept: kept.length, acknowledged: acknowledged.size, strange: strange.length }
      throw new Error(`Not what was bought: ${JSON.stringify(seen)}`)
    }
    return rest
  } finally {
    await sql.end()
  }
}
