/** Owns the marketplace that the commerce bench buys from: sellers, packages, and buyers with full wallets. */
import type postgres from 'postgres'

export interface ShopSize {
  sellers: number
  packagesPerSeller: number
  buyers: number
}

export interface Shop {
  buyers: readonly string[]
  /** Those of the first seller come first. */
  handles: readonly string[]
  packagesPerSeller: number
}

export const PRICE = 1200
/** A buyer pays for everything with it. */
const CREDITS = 1_000_000_000

export async function loadShop(
  sql: postgres.Sql,
  { sellers, packagesPerSeller, buyers }: ShopSize,
): Promise<Shop> {
  // A version and a variant, as every UUID has that a token may name.
  const person = (n: string) =>
    sql.unsafe(`overlay(overlay(md5('bench ' || ${n}) placing '4' from 13) placing '8' from 17)::uuid`)
  await sql`
    insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
    select ${person('n')}, 'authenticated', 'authenticated', 'bench' || n || '@souk.test', '{}', '{}', now(), now()
    from generate_series(1, ${buyers + sellers}) n on conflict do nothing`
  await sql`
    insert into catalog.stores (slug, name, owner_id)
    select 'bench' || n, 'Bench ' || n, ${person(`(${buyers} + n)`)} from generate_series(1, ${sellers}) n
    on conflict do nothing`
  await sql`
    insert into catalog.namespaces (name, store_id) select slug, id from catalog.stores where slug like 'bench%'
    on conflict do nothing`
  await sql`
    insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, display_name, price_amount, status,
      latest_version)
    select n.id, n.store_id, (select min(id) from catalog.categories), n.name || '/package' || p, 'package' || p, 'prompt',
      'Package ' || p, ${PRICE}, 'approved', '1.0.0'
    from catalog.namespaces n, generate_series(1, ${packagesPerSeller}) p where n.name like 'bench%'
    on conflict do nothing`
  await sql`
    insert into catalog.package_stats (package_id) select id from catalog.packages where handle like 'bench%'
    on conflict do nothing`
  // On the shelf as published packages are, so that the first sale of each does not have to put it there.
  await sql`
    select count(catalog.index_package(p.id)) from catalog.packages p
    where p.handle like 'bench%' and not exists (
      select from catalog.marketplace_catalog_rows r where r.package_id = p.id)`
  // In steps: within one transaction the platform's account would gather a version for each grant.
  for (let from = 1; from <= buyers; from += 250) {
    await sql`
      select count(ledger.grant_credits(${person('n')}, ${CREDITS}, null, '{}'))
      from generate_series(${from}::int, ${Math.min(from + 249, buyers)}::int) n`
  }
  await sql`analyze`
  const people = await sql<{ id: string }[]>`select ${person('n')} as id from generate_series(1, ${buyers}) n`
  const packages = await sql<{ handle: string }[]>`
    select handle from catalog.packages where handle like 'bench%'
    order by (substring(handle from 'bench(\\d+)'))::int, handle`
  return {
    buyers: people.map(({ id }) => id),
    handles: packages.map(({ handle }) => handle),
    packagesPerSeller,
  }
}

/** The least an order can be: one row under a key, by one function. What purchases are set beside. */
export async function addBareOrders(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create table public.bench_orders (
      id uuid primary key default gen_random_uuid(), buyer_id uuid not null, handle text not null, amount bigint not null,
      created_at timestamptz not null default now(), unique (buyer_id, handle));
    create function public.bench_order(p_buyer_id uuid, p_handle text, p_amount bigint) returns jsonb language plpgsql as $$
    declare
      v_order public.bench_orders;
    begin
      insert into public.bench_orders (buyer_id, handle, amount) values (p_buyer_id, p_handle, p_amount)
      returning * into v_order;
      return to_jsonb(v_order);
    end
    $$`)
}
