/** All database access of a store's figures: balances, and what came in by day. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import { asActor } from '#lib/platform/db'
import { credits } from './data.ts'
import type { SellerStats } from './schemas.ts'

export async function readSellerStats(
  actor: SignedInActor,
  sellerId: string,
  days: number,
): Promise<SellerStats> {
  return await asActor(actor, async (db) => {
    const result = await sql<SellerStats>`
      with balances as (
        select a.kind, sum(a.balance) as balance from ledger.accounts a
        where a.owner_id = ${sellerId}::uuid group by a.kind
      ), sold as (
        select (o.created_at at time zone 'UTC')::date as day, count(*)::int as orders,
          count(*) filter (where o.status = 'refunded')::int as refunds,
          coalesce(sum(o.price_amount) filter (where o.status <> 'refunded'), 0) as gross,
          coalesce(sum(o.price_amount - o.fee_amount) filter (where o.status <> 'refunded'), 0) as earned
        from commerce.orders o
        where o.seller_id = ${sellerId}::uuid and o.created_at >= (now() at time zone 'UTC')::date - ${days}::int + 1
        group by 1
      ), used as (
        select (t.created_at at time zone 'UTC')::date as day, sum(t.amount) as gross, sum(g.amount - g.fee) as earned
        from ledger.transactions t join ledger.earnings g on g.transaction_id = t.id
        where t.kind = 'metering_charge' and t.provider_id = ${sellerId}::uuid
          and t.created_at >= ((now() at time zone 'UTC')::date - ${days}::int + 1) at time zone 'UTC'
        group by 1
      )
      select ${credits("coalesce((select balance from balances where kind = 'seller_held'), 0)")} as held,
        ${credits("coalesce((select balance from balances where kind = 'seller_payable'), 0)")} as payable,
        ${credits("coalesce((select balance from balances where kind = 'seller_disputed'), 0)")} as disputed,
        ${credits("coalesce((select balance from balances where kind = 'payout_transit'), 0)")} as "onItsWay",
        (select ${credits('coalesce(sum(p.amount - p.reversed_amount), 0)')} from ledger.payouts p
         where p.store_id = ${sellerId}::uuid and p.state = 'paid') as paid,
        (select jsonb_agg(jsonb_build_object('day', d.day::date, 'orders', coalesce(s.orders, 0),
            'refunds', coalesce(s.refunds, 0), 'gross', ${credits('coalesce(s.gross, 0) + coalesce(u.gross, 0)')},
            'earned', ${credits('coalesce(s.earned, 0) + coalesce(u.earned, 0)')},
            'earnedByUse', ${credits('coalesce(u.earned, 0)')}) order by d.day)
         from generate_series((now() at time zone 'UTC')::date - ${days}::int + 1, (now() at time zone 'UTC')::date,
           interval '1 day') d (day)
         left join sold s on s.day = d.day left join used u on u.day = d.day) as days,
        coalesce((
          select jsonb_agg(jsonb_build_object('day', r.day, 'amount', ${credits('r.amount')}) order by r.day)
          from (
            select (g.release_at at time zone 'UTC')::date as day, sum(g.amount - g.fee) as amount
            from ledger.earnings g where g.store_id = ${sellerId}::uuid and g.state = 'held' group by 1) r), '[]')
          as releases`.execute(db)
    const [row] = result.rows
    if (!row) throw new Error('A select without from always yields one row')
    return row
  })
}
