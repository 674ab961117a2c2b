/** The stores and namespaces that the seed packages are published under. */
import type postgres from 'postgres'

export interface StoreSeed {
  slug: string
  name: string
  description: string
  productType: 'house' | 'seller'
  /** Null: kept by the operators. */
  ownerId: string | null
}

/** Adds the store if it is not there; one that is stays as its owner has made it. */
export async function ensureStore(sql: postgres.Sql, store: StoreSeed): Promise<string> {
  await sql`
    insert into catalog.stores (slug, name, description, product_type, owner_id)
    values (${store.slug}, ${store.name}, ${store.description}, ${store.productType}, ${store.ownerId})
    on conflict do nothing`
  const rows = await sql<{ id: string }[]>`select id from catalog.stores where slug = ${store.slug}`
  if (!rows[0]) throw new Error(`The owner of store ${store.slug} already has another store`)
  return rows[0].id
}

export async function ensureNamespaces(
  sql: postgres.Sql,
  storeId: string,
  names: readonly string[],
): Promise<void> {
  await sql`
    insert into catalog.namespaces (name, store_id)
    select name, ${storeId} from unnest(${sql.array([...names])}::text[]) as name
    on conflict (name) do nothing`
}
