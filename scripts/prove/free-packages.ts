/** Owns the free packages that the proof of restarts buys: as many as it asks for, on the shelf of the house. */
import type postgres from 'postgres'

/** Handles of packages that are new and that nobody has. */
export async function shelveFreePackages(sql: postgres.Sql, count: number): Promise<string[]> {
  const rows = await sql<{ handle: string }[]>`
    insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, display_name, price_amount, status,
      latest_version)
    select n.id, n.store_id, (select min(id) from catalog.categories), 'house/free-' || p, 'free-' || p, 'prompt',
      'Free ' || p, 0, 'approved', '1.0.0'
    from catalog.namespaces n, generate_series(1, ${count}) p where n.name = 'house'
    returning handle`
  if (rows.length !== count) throw new Error('The house has no shelf')
  await sql`
    insert into catalog.package_stats (package_id) select id from catalog.packages where handle like 'house/free-%'
    on conflict do nothing`
  // As published packages are, so that the first sale of each does not have to put it there.
  await sql`select count(catalog.index_package(p.id)) from catalog.packages p where p.handle like 'house/free-%'`
  return rows.map(({ handle }) => handle)
}
