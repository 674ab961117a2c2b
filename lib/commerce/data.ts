/** All database access of commerce: buying, orders, the library, wallets, sellers' money. Each write is one SQL function. Private to this feature. */
import 'server-only'
import { type RawBuilder, sql } from 'kysely'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import type { Problem } from '#lib/kernel/problem'
import { mayBeAskedAgain, type Refusal, refusalProblem } from '#lib/platform/database-problem'
import { asActor, asAnon, asService, asServiceTogether, callAsActor, selectValue } from '#lib/platform/db'
import { log } from '#lib/platform/log'
import type {
  LibraryItem,
  Offer,
  Order,
  OrderDetail,
  OrderSummary,
  PurchaseInput,
  SellerOrder,
  Stock,
  Wallet,
  WalletEntry,
  WalletEntryFilter,
} from './schemas.ts'

/** A place in a list ordered by time, newest first. */
export interface Position {
  /** With microseconds, as Postgres writes it. */
  at: string
  id: string
}

/** ISO 8601 in UTC with milliseconds. */
export function iso(column: string): RawBuilder<string> {
  return sql<string>`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

export interface Purchase {
  actor: SignedInActor
  input: PurchaseInput
  key: string | null
  fingerprint: Buffer
}

export async function insertOrder({ actor, input, key, fingerprint }: Purchase): Promise<Order> {
  const { handle, expectedPrice } = input
  return await callAsActor(
    actor,
    sql<Order>`commerce.purchase(${handle}, ${expectedPrice.amount}::bigint, ${expectedPrice.currency},
      ${key}, ${fingerprint}::bytea)`,
  )
}

type Outcome = { order: Order } | { refused: Refusal } | { alone: true }

/**
 * Several people's purchases in one statement: what {@link insertOrder} answers or refuses with, for each in order. Null for
 * what has to be bought by itself: nothing has happened then.
 * @throws Problem when it is not known what has become of them, or the database cannot be reached.
 */
export async function insertOrders(purchases: readonly Purchase[]): Promise<(Order | Problem | null)[]> {
  const of = <T>(read: (purchase: Purchase) => T) => purchases.map(read)
  const call = sql<Outcome[]>`commerce.purchase_together(${of(({ actor }) => actor.userId)}::uuid[],
    ${of(({ input }) => input.handle)}::text[], ${of(({ input }) => input.expectedPrice.amount)}::bigint[],
    ${of(({ input }) => input.expectedPrice.currency)}::text[], ${of(({ key }) => key)}::text[],
    ${of(({ fingerprint }) => `\\x${fingerprint.toString('hex')}`)}::text[]::bytea[])`
  let outcomes: Outcome[]
  try {
    outcomes = await asServiceTogether((db) => selectValue(db, call))
  } catch (error) {
    if (!mayBeAskedAgain(error)) throw error
    log.warn({ err: error, purchases: purchases.length }, 'purchases are made one by one instead of together')
    return purchases.map(() => null)
  }
  // From here on they have happened: whatever goes wrong must not make them again.
  return outcomes.map((outcome) => {
    if ('refused' in outcome) return refusalProblem(outcome.refused)
    return 'order' in outcome ? outcome.order : null
  })
}

export async function refundOrder(actor: SignedInActor, id: string, reason: string): Promise<Order> {
  return await callAsActor(actor, sql<Order>`commerce.refund_order(${id}::uuid, ${reason})`)
}

export async function setStock(actor: SignedInActor, handle: string, seats: number | null): Promise<Stock> {
  return await callAsActor(actor, sql<Stock>`commerce.set_stock(${handle}, ${seats}::bigint)`)
}

/** Null for a package without a limit, or that the caller may not see. */
export async function readStock(actor: SignedInActor, handle: string): Promise<Stock | null> {
  return await asActor(actor, async (db) => {
    const row = await db
      .selectFrom('commerce.stocks as k')
      .innerJoin('catalog.packages as p', 'p.id', 'k.package_id')
      .select(['p.handle', 'k.seats', 'k.sold'])
      .where('p.handle', '=', handle)
      .executeTakeFirst()
    return row ?? null
  })
}

export async function recordAccess(
  actor: SignedInActor,
  handle: string,
  kind: 'download' | 'launch',
  version: string,
): Promise<void> {
  await callAsActor(actor, sql`commerce.record_access(${handle}, ${kind}, ${version})`)
}

type OrderRow = OrderSummary & { at: string }

export async function readOrders(
  actor: SignedInActor,
  { status, after, limit }: { status: string | null; after: Position | null; limit: number },
): Promise<OrderRow[]> {
  return await asActor(actor, async (db) => {
    const result = await sql<OrderRow>`
      select o.id, o.handle, coalesce(nullif(p.display_name, ''), o.handle) as name, o.version, o.status,
        jsonb_build_object('amount', o.price_amount, 'currency', o.price_currency) as price,
        o.transaction_id as "transactionId", ${iso('o.created_at')} as "createdAt", o.created_at::text as at
      from commerce.orders o left join catalog.packages p on p.id = o.package_id
      where o.buyer_id = ${actor.userId}::uuid
        and (${status}::ledger.transaction_status is null or o.status = ${status}::ledger.transaction_status)
        and (${after?.at ?? null}::text is null
          or (o.created_at, o.id) < (${after?.at ?? null}::text::timestamptz, ${after?.id ?? null}::uuid))
      order by o.created_at desc, o.id desc
      limit ${limit}`.execute(db)
    return result.rows
  })
}

/** Null for what the caller may not know. */
export async function readOffer(actor: Actor, handle: string): Promise<Offer | null> {
  const offer = sql<Offer | null>`commerce.read_offer(${handle})`
  if (actor.kind === 'anonymous') return await asAnon((db) => selectValue(db, offer))
  return await callAsActor(actor, offer)
}

/** As the caller may see it: a party to it or an operator; null for anybody else. */
export async function readOrder(actor: SignedInActor, id: string): Promise<OrderDetail | null> {
  return await callAsActor(actor, sql<OrderDetail | null>`commerce.read_order(${id}::uuid)`)
}

export type LibraryRow = LibraryItem & { at: string; id: string }

export async function readLibrary(
  actor: SignedInActor,
  { after, limit }: { after: Position | null; limit: number },
): Promise<LibraryRow[]> {
  return await asActor(actor, async (db) => {
    const result = await sql<LibraryRow>`
      select catalog.card(p.id) as package, e.source, e.order_id as "orderId", ${iso('e.granted_at')} as "grantedAt",
        e.granted_at::text as at, e.package_id as id, seen.version,
        coalesce((select l.sort_key > catalog.version_sort_key(seen.version)
          from catalog.versions l where l.package_id = p.id and l.version = p.latest_version), false) as "hasUpdate",
        (select coalesce(jsonb_agg(jsonb_build_object('version', v.version, 'createdAt', ${iso('v.created_at')},
          'isYanked', v.yanked_at is not null) order by v.sort_key desc), '[]')
         from catalog.versions v where v.package_id = p.id) as versions
      from commerce.entitlements e
      join catalog.packages p on p.id = e.package_id
      left join commerce.orders o on o.id = e.order_id
      cross join lateral (select coalesce((
        select a.version from commerce.accesses a
        where a.user_id = e.user_id and a.package_id = e.package_id and a.kind = 'download'
        order by a.created_at desc limit 1), o.version) as version) seen
      where e.user_id = ${actor.userId}::uuid
        and exists (select from catalog.versions v where v.package_id = p.id)
        and (${after?.at ?? null}::text is null
          or (e.granted_at, e.package_id) < (${after?.at ?? null}::text::timestamptz, ${after?.id ?? null}::uuid))
      order by e.granted_at desc, e.package_id desc
      limit ${limit}`.execute(db)
    return result.rows
  })
}

/** What time alone brings about: holds that end, earnings that become payable, sales still to be counted. */
export async function tend(): Promise<Record<string, number>> {
  return await asService((db) => selectValue(db, sql<Record<string, number>>`public.tend_commerce()`))
}

/** Adds what is noted to the counters and brings those packages' cards up to date. */
export async function countPendingSales(): Promise<void> {
  await asService((db) => selectValue(db, sql<number>`commerce.count_pending_sales()`))
}

/** The caller's store; null when they have none. */
export async function readOwnStoreId(actor: Actor): Promise<string | null> {
  if (actor.kind === 'anonymous') return null
  return await asActor(actor, async (db) => {
    const row = await db
      .selectFrom('catalog.stores')
      .select('id')
      .where('owner_id', '=', actor.userId)
      .executeTakeFirst()
    return row?.id ?? null
  })
}

/** Where the caller sells something: their own store, and those whose namespaces they look after. */
export async function readSellingStoreIds(actor: SignedInActor): Promise<string[]> {
  return await callAsActor(actor, sql<string[]>`to_jsonb(commerce.selling_stores())`)
}

export async function readWallet(actor: SignedInActor): Promise<Wallet> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<Wallet>`(
        select jsonb_build_object(
          'available', ${credits("coalesce(sum(a.balance) filter (where a.kind = 'wallet'), 0)")},
          'held', ${credits("coalesce(sum(a.balance) filter (where a.kind = 'wallet_held'), 0)")},
          'owed', ${credits("coalesce(-sum(a.balance) filter (where a.kind = 'receivable'), 0)")})
        from ledger.accounts a where a.owner_id = ${actor.userId}::uuid)`,
    ),
  )
}

/** An amount of credits as JSON. */
export function credits(expression: string): RawBuilder<unknown> {
  return sql`jsonb_build_object('amount', ${sql.raw(expression)}, 'currency', 'CRD')`
}

export async function readWalletEntries(
  actor: SignedInActor,
  filter: WalletEntryFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<WalletEntry[]> {
  const { kind = null, from = null, until = null } = filter
  return await asActor(actor, async (db) => {
    const result = await sql<WalletEntry>`
      select e.sequence as id, t.id as "transactionId", t.kind, t.subject,
        coalesce(t.context ->> 'orderId', origin.context ->> 'orderId') as "orderId",
        ${credits('e.amount')} as amount, ${credits('e.balance_after')} as balance, ${iso('e.created_at')} as "createdAt",
        case when t.kind in ('hold', 'hold_extension', 'hold_release') then jsonb_build_object(
          'charged', ${credits("coalesce((select sum(c.amount) from ledger.transactions c where c.parent_id = coalesce(t.parent_id, t.id) and c.kind in ('metering_charge', 'capture')), 0)")},
          'isOpen', coalesce((select h.is_open from ledger.holds h where h.transaction_id = coalesce(t.parent_id, t.id)), false)
        ) end as hold
      from ledger.entries e
      join ledger.transactions t on t.id = e.transaction_id
      left join ledger.transactions origin on origin.id = t.parent_id
      where e.account_id = (
          select a.id from ledger.accounts a
          where a.kind = 'wallet' and a.owner_id = ${actor.userId}::uuid and a.currency = 'CRD' and a.stripe = 0)
        and (${before}::bigint is null or e.sequence < ${before}::bigint)
        and (${kind}::text[] is null or t.kind::text = any (${kind}::text[]))
        and (${from}::text is null or e.created_at >= ${from}::text::timestamptz)
        and (${until}::text is null or e.created_at < ${until}::text::timestamptz)
      order by e.sequence desc
      limit ${limit}`.execute(db)
    return result.rows
  })
}

export type SellerOrderRow = SellerOrder & { at: string }

export interface SellerOrderFilter {
  status?: string
  handle?: string
  from?: string
  until?: string
  namespaces?: readonly string[]
}

/** Store by store and status by status along the index (seller_id, status, created_at desc), then merged. */
export function sellerOrdersQuery(
  sellerIds: readonly string[],
  filter: SellerOrderFilter,
  { after, limit }: { after: Position | null; limit: number },
): RawBuilder<SellerOrderRow> {
  const { status = null, handle = null, from = null, until = null, namespaces = null } = filter
  return sql<SellerOrderRow>`
      select o.id, o.handle, coalesce(nullif(p.display_name, ''), o.handle) as name, o.version, o.status,
        jsonb_build_object('amount', o.price_amount, 'currency', o.price_currency) as price,
        o.transaction_id as "transactionId", ${iso('o.created_at')} as "createdAt", o.created_at::text as at,
        ${credits('o.fee_amount')} as fee, ${credits('o.price_amount - o.fee_amount')} as earned,
        case when g.state is not null then
          jsonb_build_object('state', g.state, 'releaseAt', ${iso('g.release_at')}) end as earning,
        coalesce(b.display_name, 'A former member') as buyer
      from unnest(enum_range('settled'::ledger.transaction_status, 'upheld'::ledger.transaction_status)) wanted (status)
      cross join unnest(${sellerIds}::uuid[]) seller (id)
      cross join lateral (
        select s.id, s.handle, s.package_id, s.buyer_id, s.version, s.status, s.price_amount, s.price_currency,
          s.fee_amount, s.transaction_id, s.created_at
        from commerce.orders s
        where s.seller_id = seller.id and s.status = wanted.status
          and (${handle}::text is null or s.handle = ${handle})
          and (${namespaces}::text[] is null or split_part(s.handle, '/', 1) = any (${namespaces}::text[]))
          and (${from}::text is null or s.created_at >= ${from}::text::timestamptz)
          and (${until}::text is null or s.created_at < ${until}::text::timestamptz)
          and (${after?.at ?? null}::text is null
            or (s.created_at, s.id) < (${after?.at ?? null}::text::timestamptz, ${after?.id ?? null}::uuid))
        order by s.created_at desc, s.id desc
        limit ${limit}) o
      left join catalog.packages p on p.id = o.package_id
      left join identity.profiles b on b.user_id = o.buyer_id
      left join ledger.earnings g on g.transaction_id = o.transaction_id
      where ${status}::text is null or wanted.status::text = ${status}
      order by o.created_at desc, o.id desc
      limit ${limit}`
}

export async function readSellerOrders(
  actor: SignedInActor,
  sellerIds: readonly string[],
  filter: SellerOrderFilter,
  page: { after: Position | null; limit: number },
): Promise<SellerOrderRow[]> {
  return await asActor(actor, async (db) => {
    const result = await sellerOrdersQuery(sellerIds, filter, page).execute(db)
    return result.rows
  })
}
