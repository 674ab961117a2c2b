import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, type Work } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS } from '../../scripts/testing/market.ts'

const actors = ['anon', 'buyer', 'rival', 'owner', 'operator', 'service'] as const
type ActorName = (typeof actors)[number]

/** Rows written; `denied` by a grant or a policy (42501); `fixed` where there is nothing to write, as in a join's view. */
type Outcome = number | 'denied' | 'fixed'
/** One outcome for each actor, in the order of `actors`. */
type Outcomes = readonly [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]
interface Write {
  sql: string
  outcomes: Outcomes
}

interface TableCase {
  /** What each actor sees, as values of one expression, sorted; `denied` where they may not read at all. */
  read: { of: string; seen: Record<ActorName, readonly string[] | 'denied'> }
  insert: Write
  update: Write
  delete: Write
}

const NOBODY: Outcomes = ['denied', 'denied', 'denied', 'denied', 'denied', 'denied']
const FIXED: Outcomes = ['fixed', 'fixed', 'fixed', 'fixed', 'fixed', 'fixed']
const serviceOnly = (rows: Outcome): Outcomes => ['denied', 'denied', 'denied', 'denied', 'denied', rows]
const same = (seen: readonly string[] | 'denied', others: Partial<TableCase['read']['seen']> = {}) => ({
  ...{ anon: seen, buyer: seen, rival: seen, owner: seen, operator: seen, service: seen },
  ...others,
})

const LISTED = ['acme/free', 'acme/paid', 'house/base']
const OF_ACME = ['acme/free', 'acme/paid', 'acme/pending', 'acme/quarantined', 'acme/withdrawn', 'house/base']
const ALL = [...OF_ACME, 'newcomer/first', 'rival/tool']
const byPackage = {
  ...same(LISTED, { rival: [...LISTED, 'rival/tool'], owner: OF_ACME, operator: ALL, service: ALL }),
}
const handleOf = '(select p.handle from catalog.packages p where p.id = package_id)'
const anyPackage = "(select id from catalog.packages where handle = 'acme/free')"
const storeOf = (slug: string) => `(select id from catalog.stores where slug = '${slug}')`
const insertView = (name: string, columns: string): Write => ({
  sql: `insert into public.${name} (${columns}) select ${columns} from public.${name} limit 1`,
  outcomes: NOBODY,
})
const readOnlyView = (name: string, column: string) => ({
  insert: insertView(name, column),
  update: { sql: `update public.${name} set ${column} = ${column}`, outcomes: NOBODY },
  delete: { sql: `delete from public.${name}`, outcomes: NOBODY },
})

/** Only functions reach into these, with their owner's rights. */
const closed = (table: string, column: string): Record<string, TableCase> => ({
  [table]: {
    read: { of: `${column}::text`, seen: same('denied') },
    insert: { sql: `insert into ${table} (${column}) select ${column} from ${table}`, outcomes: NOBODY },
    update: { sql: `update ${table} set ${column} = ${column}`, outcomes: NOBODY },
    delete: { sql: `delete from ${table}`, outcomes: NOBODY },
  },
})

/** Nobody writes what has been written; whoever is a party to it reads it. */
const appendOnly = (
  table: string,
  column: string,
  of: string,
  seen: Record<'buyer' | 'owner' | 'operator', readonly string[]>,
): Record<string, TableCase> => ({
  [table]: {
    read: { of, seen: { ...same([]), anon: 'denied', ...seen, service: seen.operator } },
    insert: { sql: `insert into ${table} (${column}) select ${column} from ${table}`, outcomes: NOBODY },
    update: { sql: `update ${table} set ${column} = ${column}`, outcomes: NOBODY },
    delete: { sql: `delete from ${table}`, outcomes: NOBODY },
  },
})

/** What only the service may read, empty here, and only functions write. */
const readByService = (table: string, column: string): Record<string, TableCase> => ({
  [table]: {
    read: { of: `${column}::text`, seen: same('denied', { service: [] }) },
    insert: { sql: `insert into ${table} (${column}) select ${column} from ${table}`, outcomes: NOBODY },
    update: { sql: `update ${table} set ${column} = ${column}`, outcomes: NOBODY },
    delete: { sql: `delete from ${table}`, outcomes: NOBODY },
  },
})

/** One top-up that the buyer began, and the account that acme is paid through. */
async function askStripe(database: TestDatabase, market: Market): Promise<void> {
  await database.asUser(market.buyer, (sql) => sql`select payments.open_checkout(500, 'key')`)
  await database.admin`
    select payments.remember_account(id, 'acct_1', true, '{}') from catalog.stores where slug = 'acme'`
}

/** One gift to the buyer, one hold, one sale of acme that was released and is being paid out. */
async function moveSomeMoney(database: TestDatabase, market: Market): Promise<void> {
  await database.admin`select ledger.grant_credits(${market.buyer}, 1000, 'gift', '{}')`
  await database.admin`
    select ledger.hold(${market.buyer}, 100, now() + interval '1 hour', null, 'acme/paid', 'hold', '{}', null)`
  await database.admin`
    select ledger.purchase(${market.buyer}, id, 'acme/paid', 500, 50, now(), '{}', ${market.buyer})
    from catalog.stores where slug = 'acme'`
  await database.admin`select ledger.release_earnings()`
  await database.admin`
    select ledger.finish_payout(ledger.reserve_payout(id, 1, 'payout'), 'paid', '', '{}')
    from catalog.stores where slug = 'acme'`
  await database.asUser(market.owner, (sql) => sql`select commerce.set_stock('acme/free', 5)`)
  await database.admin`select commerce.place_order(${market.buyer}, 'acme/free', 0, 'USD', ${market.buyer})`
  await database.admin`select commerce.count_pending_sales()`
  await database.asUser(
    market.buyer,
    (sql) => sql`select commerce.record_access('acme/free', 'download', '1.0.0')`,
  )
}

const PLATFORM = ['conversion', 'platform_revenue', 'promotion', 'stripe_clearing']
const SELLER = ['payout_transit', 'seller_held', 'seller_payable']
const MOVED = ['earning_release', 'grant', 'hold', 'payout', 'payout_paid', 'purchase']

const cases: Record<string, TableCase> = {
  ...appendOnly('metering.budgets', 'handle', 'handle', { buyer: [], owner: [], operator: [] }),
  ...appendOnly('metering.events', 'event_id', 'event_id', { buyer: [], owner: [], operator: [] }),
  ...appendOnly('metering.hours', 'capability', 'capability', { buyer: [], owner: [], operator: [] }),
  'metering.prices': {
    read: { of: 'capability', seen: same([]) },
    insert: {
      sql: `insert into metering.prices (package_id, capability, amount) values (${anyPackage}, 'free', 0)`,
      outcomes: NOBODY,
    },
    update: { sql: 'update metering.prices set amount = 0', outcomes: NOBODY },
    delete: { sql: 'delete from metering.prices', outcomes: NOBODY },
  },
  ...appendOnly('ledger.accounts', 'kind', 'distinct kind::text', {
    buyer: ['wallet', 'wallet_held'],
    owner: SELLER,
    operator: [...PLATFORM, ...SELLER, 'wallet', 'wallet_held'],
  }),
  ...appendOnly('ledger.transactions', 'id', 'kind::text', {
    buyer: ['earning_release', 'grant', 'hold', 'purchase', 'purchase'],
    owner: ['earning_release', 'payout', 'payout_paid', 'purchase', 'purchase'],
    operator: [...MOVED, 'purchase'],
  }),
  ...appendOnly('ledger.entries', 'leg', 'amount::text', {
    buyer: ['-100', '-500', '100', '1000'],
    owner: ['-450', '-450', '-450', '450', '450', '450'],
    operator: [
      '-100',
      '-1000',

      '-450',
      '-450',
      '-450',
      '-450',
      '-500',
      '100',
      '1000',
      '450',
      '450',
      '450',
    ].concat(['450', '450', '50']),
  }),
  ...appendOnly('ledger.transitions', 'reason', "from_status || ' ' || to_status", {
    buyer: [],
    owner: ['pending settled'],
    operator: ['pending settled'],
  }),
  ...closed('ledger.failures', 'reason'),
  ...closed('commerce.dispute_events', 'body'),
  ...closed('commerce.dispute_files', 'name'),
  ...closed('commerce.disputes', 'code'),
  ...closed('commerce.idempotency_keys', 'key'),
  ...closed('commerce.pending_sales', 'change'),
  ...appendOnly('commerce.orders', 'handle', 'handle', {
    buyer: ['acme/free'],
    owner: ['acme/free'],
    operator: ['acme/free'],
  }),
  ...appendOnly('commerce.events', 'kind', 'kind', {
    buyer: ['order.created'],
    owner: ['order.created'],
    operator: ['order.created'],
  }),
  ...appendOnly('commerce.accesses', 'version', 'version', {
    buyer: ['1.0.0'],
    owner: [],
    operator: ['1.0.0'],
  }),
  'commerce.settings': {
    read: { of: 'fee_basis_points::text', seen: same(['1000']) },
    insert: { sql: 'insert into commerce.settings default values', outcomes: NOBODY },
    update: { sql: 'update commerce.settings set fee_basis_points = 0', outcomes: NOBODY },
    delete: { sql: 'delete from commerce.settings', outcomes: NOBODY },
  },
  'commerce.stocks': {
    read: { of: 'seats::text', seen: same(['5']) },
    insert: {
      sql: `insert into commerce.stocks (package_id, seats) values (${anyPackage}, 1)`,
      outcomes: NOBODY,
    },
    update: { sql: 'update commerce.stocks set seats = 1000', outcomes: NOBODY },
    delete: { sql: 'delete from commerce.stocks', outcomes: NOBODY },
  },
  ...appendOnly('ledger.holds', 'remaining', 'remaining::text', {
    buyer: ['100'],
    owner: [],
    operator: ['100'],
  }),
  ...appendOnly('ledger.earnings', 'fee', 'fee::text', { buyer: [], owner: ['50'], operator: ['50'] }),
  ...appendOnly('ledger.payouts', 'state', 'state', { buyer: [], owner: ['paid'], operator: ['paid'] }),
  ...closed('catalog.namespace_members', 'role'),
  ...closed('catalog.namespace_offers', 'kind'),
  ...closed('catalog.publish_buckets', 'kind'),
  ...closed('catalog.publish_log', 'handle'),
  ...closed('catalog.search_change_marks', 'marked_at'),
  ...appendOnly('payments.checkouts', 'status', 'amount::text', {
    buyer: ['500'],
    owner: [],
    operator: ['500'],
  }),
  ...appendOnly('payments.seller_accounts', 'account_id', 'account_id', {
    buyer: [],
    owner: ['acct_1'],
    operator: ['acct_1'],
  }),
  ...readByService('payments.stripe_events', 'type'),
  ...readByService('payments.milestones', 'name'),
  ...closed('catalog.search_changes', 'row_id'),
  ...closed('catalog.search_facet_blocks', 'block'),
  ...closed('catalog.search_keys', 'key'),
  ...closed('catalog.search_pairs', 'first_key'),
  ...closed('catalog.search_postings', 'key_id'),
  ...closed('catalog.search_rows', 'row_id'),
  ...closed('catalog.search_salts', 'day'),
  ...closed('catalog.search_sightings', 'query'),
  ...closed('catalog.search_stale_places', 'place'),
  ...closed('catalog.search_statistics', 'row_count'),
  ...closed('catalog.search_terms', 'term'),
  'catalog.search_builds': {
    read: { of: 'id::text', seen: { ...same([]), anon: 'denied', service: 'denied' } },
    insert: { sql: 'insert into catalog.search_builds (total_rows) values (1)', outcomes: NOBODY },
    update: { sql: 'update catalog.search_builds set finished_at = now()', outcomes: NOBODY },
    delete: { sql: 'delete from catalog.search_builds', outcomes: NOBODY },
  },
  'catalog.popular_searches': {
    read: { of: 'query', seen: same([]) },
    insert: {
      sql: "insert into catalog.popular_searches (query, search_count) values ('mine', 1000)",
      outcomes: serviceOnly(1),
    },
    update: { sql: 'update catalog.popular_searches set is_trending = true', outcomes: serviceOnly(0) },
    delete: { sql: 'delete from catalog.popular_searches', outcomes: serviceOnly(0) },
  },
  'catalog.categories': {
    read: { of: 'slug', seen: same(['other', 'tools'], { service: ['other', 'retired', 'tools'] }) },
    insert: {
      sql: "insert into catalog.categories (slug, name, icon, color) values ('new', 'New', 'star', 'red')",
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.categories set name = name || '!'", outcomes: serviceOnly(3) },
    delete: { sql: "delete from catalog.categories where slug = 'retired'", outcomes: serviceOnly(1) },
  },
  'catalog.stores': {
    read: {
      of: 'slug',
      seen: same(['acme', 'house'], {
        rival: ['acme', 'house', 'rival'],
        operator: ['acme', 'house', 'newcomer', 'rival'],
        service: ['acme', 'house', 'newcomer', 'rival'],
      }),
    },
    insert: {
      sql: "insert into catalog.stores (slug, name) values ('new', 'New')",
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.stores set name = name || '!'", outcomes: ['denied', 0, 1, 1, 0, 4] },
    delete: {
      sql: "delete from catalog.stores where slug = 'nothing of this name'",
      outcomes: serviceOnly(0),
    },
  },
  'catalog.namespaces': {
    read: { of: 'name', seen: same(['acme', 'house', 'newcomer', 'rival']) },
    insert: {
      sql: `insert into catalog.namespaces (name, store_id) values ('mine', ${storeOf('acme')})`,
      outcomes: serviceOnly(1),
    },
    update: {
      sql: `update catalog.namespaces set store_id = ${storeOf('acme')}`,
      outcomes: serviceOnly(4),
    },
    delete: {
      sql: "delete from catalog.namespaces where name = 'nothing of this name'",
      outcomes: serviceOnly(0),
    },
  },
  'catalog.packages': {
    read: { of: 'handle', seen: byPackage },
    insert: {
      sql: `insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, status)
        select n.id, n.store_id, c.id, 'acme/forged', 'forged', 'app', 'approved'
        from catalog.namespaces n, catalog.categories c where n.name = 'acme' and c.slug = 'tools'`,
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.packages set status = 'approved'", outcomes: serviceOnly(8) },
    delete: {
      sql: "delete from catalog.packages where handle = 'nothing of this name'",
      outcomes: serviceOnly(0),
    },
  },
  'catalog.decisions': {
    read: {
      of: 'reason',
      seen: same([], {
        anon: 'denied',
        owner: ['Looked odd.'],
        operator: ['Looked odd.'],
        service: ['Looked odd.'],
      }),
    },
    insert: {
      sql: `insert into catalog.decisions (package_id, action, from_status, to_status)
        values (${anyPackage}, 'approve', 'rejected', 'approved')`,
      outcomes: NOBODY,
    },
    update: { sql: "update catalog.decisions set reason = ''", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.decisions', outcomes: NOBODY },
  },
  'catalog.package_days': {
    read: {
      of: `${handleOf} || ' ' || views`,
      seen: same([], {
        anon: 'denied',
        owner: ['acme/free 0', 'acme/free 3'],
        operator: ['acme/free 0', 'acme/free 3'],
        service: ['acme/free 0', 'acme/free 3'],
      }),
    },
    insert: {
      sql: `insert into catalog.package_days (package_id, day) values (${anyPackage}, '2026-01-01')`,
      outcomes: NOBODY,
    },
    update: { sql: 'update catalog.package_days set views = 1000', outcomes: NOBODY },
    delete: { sql: 'delete from catalog.package_days', outcomes: NOBODY },
  },
  'catalog.manifests': {
    read: {
      of: "substring(yaml_content from 'id: (.*)\nversion')",
      seen: same('denied', { service: ALL }),
    },
    insert: {
      sql: "insert into catalog.manifests (sha256, yaml_content, size_bytes) values (sha256('x'), 'x', 1)",
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.manifests set yaml_content = 'forged'", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.manifests', outcomes: NOBODY },
  },
  'catalog.versions': {
    read: { of: handleOf, seen: byPackage },
    insert: {
      sql: `insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata)
        select p.id, '9.9.9', 'z', false, (select sha256 from catalog.manifests limit 1), 1, '{}'
        from catalog.packages p where handle = 'acme/free'`,
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.versions set version = '9.9.9'", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.versions', outcomes: NOBODY },
  },
  'catalog.artefacts': {
    read: { of: 'store', seen: same('denied', { service: ['database'] }) },
    insert: { sql: "insert into catalog.artefacts (store) values ('database')", outcomes: NOBODY },
    update: { sql: "update catalog.artefacts set sha256 = sha256('forged')", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.artefacts', outcomes: NOBODY },
  },
  'catalog.artefact_chunks': {
    read: { of: "convert_from(bytes, 'UTF8')", seen: same('denied', { service: ['bytes'] }) },
    insert: {
      sql: `insert into catalog.artefact_chunks (artefact_id, position, bytes) select id, 1, 'more' from catalog.artefacts`,
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.artefact_chunks set bytes = 'forged'", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.artefact_chunks', outcomes: serviceOnly(1) },
  },
  'catalog.uploads': {
    read: {
      of: 'name',
      seen: { ...same([]), anon: 'denied', owner: ['waiting.zip'], service: ['waiting.zip'] },
    },
    insert: {
      sql: `insert into catalog.uploads (user_id, handle, version, name, artefact_id)
        select user_id, handle, version, 'mine.zip', artefact_id from catalog.uploads`,
      outcomes: NOBODY,
    },
    update: { sql: "update catalog.uploads set name = 'mine.zip'", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.uploads', outcomes: NOBODY },
  },
  'catalog.version_files': {
    read: { of: 'name', seen: same(['tool.zip']) },
    insert: {
      sql: `insert into catalog.version_files (version_id, name, sha256, size_bytes, media_type)
        select version_id, 'mine.zip', sha256, size_bytes, media_type from catalog.version_files`,
      outcomes: NOBODY,
    },
    update: { sql: "update catalog.version_files set name = 'mine.zip'", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.version_files', outcomes: NOBODY },
  },
  'catalog.version_dependencies': {
    read: {
      of: '(select p.handle from catalog.versions v join catalog.packages p on p.id = v.package_id where v.id = version_id)',
      seen: byPackage,
    },
    insert: {
      sql: `insert into catalog.version_dependencies (version_id, depends_on_id, version_range)
        select v.id, v.package_id, '*' from catalog.versions v limit 1`,
      outcomes: NOBODY,
    },
    update: { sql: 'update catalog.version_dependencies set bounds = null', outcomes: NOBODY },
    delete: { sql: 'delete from catalog.version_dependencies', outcomes: NOBODY },
  },
  'catalog.version_tombstones': {
    read: { of: handleOf, seen: byPackage },
    insert: {
      sql: `insert into catalog.version_tombstones (package_id, version, sort_key, sha256, published_at, reason)
        values (${anyPackage}, '8.8.8', 'z', sha256('x'), now(), 'x')`,
      outcomes: NOBODY,
    },
    update: { sql: "update catalog.version_tombstones set reason = 'forged'", outcomes: NOBODY },
    delete: { sql: 'delete from catalog.version_tombstones', outcomes: NOBODY },
  },
  'catalog.package_tags': {
    read: {
      of: "key || ':' || value",
      seen: same(['state:free', 'state:paid'], {
        owner: ['state:free', 'state:paid', 'state:quarantined', 'state:withdrawn'],
        operator: ['state:free', 'state:paid', 'state:quarantined', 'state:withdrawn'],
        service: ['state:free', 'state:paid', 'state:quarantined', 'state:withdrawn'],
      }),
    },
    insert: {
      sql: `insert into catalog.package_tags (package_id, key, value, source) values (${anyPackage}, 'a', 'b', 'manual')`,
      outcomes: serviceOnly(1),
    },
    update: { sql: "update catalog.package_tags set source = 'auto'", outcomes: serviceOnly(4) },
    delete: { sql: 'delete from catalog.package_tags', outcomes: serviceOnly(4) },
  },
  'catalog.reviews': {
    read: { of: handleOf, seen: same(['acme/free']) },
    insert: {
      sql: `insert into catalog.reviews (package_id, user_id, rating)
        select ${anyPackage}, user_id, 5 from identity.profiles where user_id <>
          (select user_id from catalog.reviews limit 1) limit 1`,
      outcomes: serviceOnly(1),
    },
    update: { sql: 'update catalog.reviews set rating = 5', outcomes: serviceOnly(1) },
    delete: { sql: 'delete from catalog.reviews', outcomes: ['denied', 1, 0, 0, 0, 1] },
  },
  'catalog.package_stats': {
    read: { of: handleOf, seen: byPackage },
    insert: {
      sql: `insert into catalog.package_stats (package_id) values (${anyPackage}) on conflict do nothing`,
      outcomes: serviceOnly(0),
    },
    update: { sql: 'update catalog.package_stats set sold_count = 1000', outcomes: serviceOnly(8) },
    delete: { sql: 'delete from catalog.package_stats', outcomes: serviceOnly(8) },
  },
  'catalog.view_refreshes': {
    read: {
      of: 'array_length(refreshed_views, 1)::text',
      seen: same([], { anon: 'denied', operator: ['3'], service: ['3'] }),
    },
    insert: {
      sql: "insert into catalog.view_refreshes (started_at, duration_ms, refreshed_views) values (now(), 1, '{}')",
      outcomes: serviceOnly(1),
    },
    update: { sql: 'update catalog.view_refreshes set duration_ms = 0', outcomes: serviceOnly(1) },
    delete: { sql: 'delete from catalog.view_refreshes', outcomes: serviceOnly(1) },
  },
  'catalog.marketplace_catalog_rows': {
    read: { of: 'handle', seen: same(LISTED) },
    insert: {
      sql: `insert into catalog.marketplace_catalog_rows (registry_id, handle, entry, display_name, kind, product_type,
          category_slug, price_amount, search, created_at, updated_at)
        values ('forged', 'a/b', '{}', '', 'app', 'seller', 'tools', 0, '', now(), now())`,
      outcomes: serviceOnly(1),
    },
    update: { sql: 'update catalog.marketplace_catalog_rows set hot_score = 1e9', outcomes: serviceOnly(3) },
    delete: { sql: 'delete from catalog.marketplace_catalog_rows', outcomes: serviceOnly(3) },
  },
  'commerce.entitlements': {
    read: {
      of: handleOf,
      seen: same([], {
        anon: 'denied',
        buyer: ['acme/free', 'acme/paid'],
        operator: ['acme/free', 'acme/paid'],
        service: ['acme/free', 'acme/paid'],
      }),
    },
    insert: {
      sql: `insert into commerce.entitlements (user_id, package_id, source)
        select p.user_id, ${anyPackage}, 'free' from identity.profiles p
        where not exists (select from commerce.entitlements e where e.user_id = p.user_id) limit 1`,
      outcomes: serviceOnly(1),
    },
    update: { sql: "update commerce.entitlements set source = 'grant'", outcomes: serviceOnly(2) },
    delete: { sql: 'delete from commerce.entitlements', outcomes: serviceOnly(2) },
  },
  'public.categories': {
    read: { of: 'slug', seen: same(['other', 'tools'], { service: ['other', 'retired', 'tools'] }) },
    ...readOnlyView('categories', 'name'),
  },
  'public.stores': {
    read: {
      of: 'slug',
      seen: same(['acme', 'house'], {
        rival: ['acme', 'house', 'rival'],
        operator: ['acme', 'house', 'newcomer', 'rival'],
        service: ['acme', 'house', 'newcomer', 'rival'],
      }),
    },
    ...readOnlyView('stores', 'name'),
  },
  'public.packages': { read: { of: 'handle', seen: same(LISTED) }, ...readOnlyView('packages', 'kind') },
  'public.profiles': {
    read: { of: 'count(*) over ()::text', seen: same(Array.from({ length: 5 }, () => '5')) },
    insert: insertView('profiles', 'display_name'),
    update: {
      sql: "update public.profiles set display_name = 'X'",
      outcomes: ['denied', 1, 1, 1, 1, 'denied'],
    },
    delete: { sql: 'delete from public.profiles', outcomes: NOBODY },
  },
  'public.entitlements': {
    read: {
      of: 'handle',
      seen: same([], {
        anon: 'denied',
        buyer: ['acme/free', 'acme/paid'],
        operator: ['acme/free', 'acme/paid'],
        service: ['acme/free', 'acme/paid'],
      }),
    },
    insert: { ...insertView('entitlements', 'source'), outcomes: FIXED },
    update: { sql: "update public.entitlements set source = 'grant'", outcomes: FIXED },
    delete: { sql: 'delete from public.entitlements', outcomes: FIXED },
  },
}

/** Guarded by having no grant at all. */
const HIDDEN = ['catalog.mv_category_counts', 'catalog.mv_home_shelves', 'catalog.mv_hot_products']

describe('who may do what', () => {
  let database: TestDatabase
  let market: Market

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    await moveSomeMoney(database, market)
    await askStripe(database, market)
    // One file of a listed version, and one that waits for the next.
    await database.admin`
      with stored as (
        insert into catalog.artefacts (store, sha256, size_bytes) values ('database', sha256('bytes'), 5) returning id
      ), chunk as (
        insert into catalog.artefact_chunks (artefact_id, position, bytes) select id, 0, 'bytes' from stored
      ), waiting as (
        insert into catalog.uploads (user_id, handle, version, name, artefact_id, media_type, completed_at)
        select ${market.owner}, 'acme/free', '2.0.0', 'waiting.zip', id, 'application/zip', now() from stored
      )
      insert into catalog.version_files (version_id, name, artefact_id, sha256, size_bytes, media_type)
      select v.id, 'tool.zip', stored.id, sha256('bytes'), 5, 'application/zip'
      from stored, catalog.versions v join catalog.packages p on p.id = v.package_id where p.handle = 'acme/free'`
    await database.admin`
      insert into catalog.version_dependencies (version_id, depends_on_id, version_range)
      select id, package_id, '*' from catalog.versions`
    await database.admin`
      insert into catalog.version_tombstones (package_id, version, sort_key, sha256, published_at, reason)
      select package_id, '0.0.1', sort_key, sha256, created_at, 'Unlawful' from catalog.versions`
  })
  afterAll(() => database.drop())

  function act<T>(actor: ActorName, work: Work<T>): Promise<T> {
    if (actor === 'anon') return database.asAnon(work)
    if (actor === 'service') return database.asService(work)
    return database.asUser(market[actor], work, actor === 'operator' ? OPERATOR_CLAIMS : {})
  }

  /** Undoes what was tried and carries how many rows it touched. */
  class Rollback extends Error {
    count = 0
  }

  async function attempt(actor: ActorName, statement: string): Promise<Outcome> {
    try {
      return await act(actor, async (sql) => {
        const { count } = await sql.unsafe(statement)
        throw Object.assign(new Rollback(), { count })
      })
    } catch (error) {
      if (error instanceof Rollback) return error.count
      const { code } = error as { code?: string }
      if (code === '42501') return 'denied'
      if (code === '55000') return 'fixed'
      throw error
    }
  }

  async function seenBy(actor: ActorName, table: string, expression: string): Promise<string[] | 'denied'> {
    try {
      const rows = await act(actor, (sql) =>
        sql.unsafe<{ seen: string }[]>(`select ${expression} as seen from ${table} order by 1`),
      )
      return rows.map((row) => row.seen).sort()
    } catch (error) {
      if ((error as { code?: string }).code === '42501') return 'denied'
      throw error
    }
  }

  it('is stated here for every table and view of catalog, commerce, ledger and public', async () => {
    const rows = await database.admin<{ name: string }[]>`
      select n.nspname || '.' || c.relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('catalog', 'commerce', 'ledger', 'metering', 'payments', 'public') and c.relkind in ('r', 'p', 'v', 'm', 'f')`
    expect(rows.map((row) => row.name).sort()).toEqual([...Object.keys(cases), ...HIDDEN].sort())
  })

  describe.each(Object.entries(cases))('%s', (table, { read, insert, update, delete: remove }) => {
    it.each(actors)('select by %s', async (actor) => {
      const seen = read.seen[actor]
      expect(await seenBy(actor, table, read.of)).toEqual(seen === 'denied' ? seen : [...seen].sort())
    })
    it.each([
      ['insert', insert],
      ['update', update],
      ['delete', remove],
    ] as const)('%s', async (_verb, { sql, outcomes }) => {
      const outcome: Outcome[] = []
      for (const actor of actors) outcome.push(await attempt(actor, sql))
      expect(Object.fromEntries(actors.map((actor, index) => [actor, outcome[index]]))).toEqual(
        Object.fromEntries(actors.map((actor, index) => [actor, outcomes[index]])),
      )
    })
  })

  it.each(HIDDEN)('%s is read by nobody', async (view) => {
    for (const actor of actors) expect(await seenBy(actor, view, '1'), actor).toBe('denied')
  })

  describe('columns and rows that a granted verb must not reach', () => {
    const denied: Record<string, [ActorName, string]> = {
      'a visitor reads who owns a store': ['anon', 'select owner_id from catalog.stores'],
      'a visitor reads who published a version': ['anon', 'select published_by from catalog.versions'],
      'a seller reads which operator decided': ['owner', 'select decided_by from catalog.decisions'],
      'a person reads who published a version': ['buyer', 'select published_by from catalog.versions'],
      'an owner lifts their own suspension': ['rival', "update catalog.stores set status = 'approved'"],
      'an owner becomes the house': ['owner', "update catalog.stores set product_type = 'house'"],
      'an owner takes another address': ['owner', "update catalog.stores set slug = 'apple'"],
      'an owner gives the store away': ['owner', 'update catalog.stores set owner_id = null'],
      'the service rewrites a hash': ['service', "update catalog.versions set sha256 = sha256('x')"],
      'the service rewrites metadata': ['service', "update catalog.versions set metadata = '{}'"],
      'a person renames another through the view': ['buyer', 'update public.profiles set user_id = null'],
    }
    it.each(Object.entries(denied))('%s: refused', async (_what, [actor, statement]) => {
      expect(await attempt(actor, statement)).toBe('denied')
    })

    it('the service alone yanks', async () => {
      const yank = "update catalog.versions set yanked_at = now(), yank_reason = 'Broken'"
      const outcomes: Outcome[] = []
      for (const actor of actors) outcomes.push(await attempt(actor, yank))
      expect(outcomes).toEqual(serviceOnly(8))
    })

    it('claims in user_metadata make nobody an operator', async () => {
      const rows = await database.asUser(
        market.buyer,
        (sql) => sql`select handle from catalog.packages where status <> 'approved'`,
        { user_metadata: { role: 'operator' }, role_hint: 'operator' },
      )
      expect(rows).toHaveLength(0)
    })
  })

  it('what was published is fixed even for the superuser', async () => {
    const { admin } = database
    for (const change of [
      "update catalog.versions set version = '2.0.0'",
      "update catalog.versions set sha256 = sha256('x')",
      "update catalog.versions set metadata = '{}'",
      "update catalog.versions set auto_tags = '{a:b}'",
      'update catalog.versions set created_at = now()',
      "update catalog.manifests set yaml_content = yaml_content || ' '",
      'update catalog.manifests set created_at = now()',
    ]) {
      await expect(admin.unsafe(change), change).rejects.toMatchObject({
        code: 'SK409',
        detail: 'version_exists',
      })
    }
    await expect(admin`delete from catalog.manifests`).rejects.toMatchObject({ code: '23503' })
    await expect(admin`delete from catalog.packages`).rejects.toMatchObject({ code: '23503' })
  })
})
