/**
 * Sends steps of the model to the real ledger, hundreds in one round trip, and looks after each of them: its new legs sum
 * to zero, no account they touched is below its minimum, its balance is the sum of its entries so far, and its chain goes
 * on from where it was. Only for tests.
 */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { type Expected, LedgerModel } from './ledger-model.ts'
import { type Step, STORES, USERS } from './ledger-steps.ts'

/** A second account of every account, kept by this harness from the entries alone, and where each chain stood. */
export async function prepareLedgerRunner(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create schema model;
    create table model.made (world uuid, step integer, id uuid, primary key (world, step));
    create index made_by_id on model.made (id);
    create table model.sums (world uuid, account_id bigint, total numeric, sequence bigint, hash bytea,
      primary key (world, account_id));
    create function model.call(w uuid, s jsonb, users uuid[], stores uuid[]) returns uuid language plpgsql as $$
    declare
      u uuid := users[(s ->> 'user')::int + 1];
      p uuid := stores[(s ->> 'store')::int + 1];
      a bigint := (s ->> 'amount')::bigint;
      r uuid := (select m.id from model.made m where m.world = w and m.step = (s ->> 'ref')::int);
    begin
      case s ->> 'call'
        when 'topUp' then return ledger.top_up(u, a, gen_random_uuid()::text, '{}', '{}');
        when 'purchase' then return ledger.purchase(u, p, 'm/p', a, (s ->> 'fee')::bigint, now(), '{}', u);
        when 'hold' then return ledger.hold(u, a, now() + interval '1 day', p, 'm/p', null, '{}', u);
        when 'extend' then return ledger.extend_hold(r, a, now() + interval '2 days', null, u);
        when 'charge' then return ledger.charge_hold(r,
          (case s ->> 'flag' when 'final' then 'capture' else 'metering_charge' end)::ledger.transaction_kind, a,
          (s ->> 'fee')::bigint, now(), s ->> 'flag' = 'final', null, '{}', '{}', u);
        when 'close' then return ledger.close_hold(r, 'voided', '', u);
        when 'refund' then return ledger.refund(r, null, '', '{}', u);
        when 'dispute' then return ledger.open_dispute(r, null, '', '{}', u);
        when 'resolve' then return ledger.resolve_dispute(r, (s ->> 'flag')::ledger.transaction_status, null, '', '{}', u);
        when 'reserve' then return ledger.reserve_payout(p, 1, null);
        when 'finish' then return ledger.finish_payout(r, s ->> 'flag', '', '{}');
      end case;
    end $$;
    create function model.look(w uuid, t uuid) returns text language plpgsql as $$
    declare
      fault text;
    begin
      if (select sum(e.amount) filter (where e.currency = 'USD') <> 0 or sum(e.amount) filter (where e.currency = 'CRD') <> 0
          from ledger.entries e where e.transaction_id = t) then
        return 'the legs do not sum to zero';
      end if;
      select case
          when a.balance < a.minimum then 'below its minimum'
          when a.balance <> coalesce(m.total, e.balance_after - e.amount) + e.amount then 'not the sum of its entries'
          when e.sequence <> a.entry_count or e.balance_after <> a.balance or e.hash <> a.head_hash then 'not its last entry'
          when m.sequence is not null and (e.sequence <> m.sequence + 1 or m.hash is distinct from (select b.hash
            from ledger.entries b where b.account_id = a.id and b.sequence = m.sequence)) then 'another past'
          end into fault
      from ledger.entries e join ledger.accounts a on a.id = e.account_id
      left join model.sums m on m.world = w and m.account_id = a.id and m.sequence = e.sequence - 1
      where e.transaction_id = t
      order by 1 nulls last limit 1;
      insert into model.sums select w, e.account_id, e.balance_after, e.sequence, e.hash
      from ledger.entries e where e.transaction_id = t
      on conflict (world, account_id) do update set total = excluded.total, sequence = excluded.sequence,
        hash = excluded.hash;
      return fault;
    end $$;
    create procedure model.run(w uuid, steps jsonb, first integer, users uuid[], stores uuid[], inout told jsonb)
    language plpgsql as $$
    declare
      s jsonb; n integer := first; t uuid; said text; answers jsonb[] := '{}';
    begin
      for s in select * from jsonb_array_elements(steps) loop
        begin
          t := model.call(w, s, users, stores);
          said := case when t is null then 'nothing' else 'done' end;
        exception when others then
          if sqlstate not like 'SK%' then raise; end if;
          t := null;
          said := 'refused';
        end;
        if t is not null then
          -- A payout finished twice answers the movement that finished it.
          if not exists (select from model.made m where m.world = w and m.id = t) then
            said := coalesce(model.look(w, t), said);
          end if;
          insert into model.made values (w, n, t);
        end if;
        answers := answers || jsonb_build_object('outcome', said, 'balances', (
          select jsonb_agg(coalesce((select sum(a.balance) from ledger.accounts a where a.kind = k.kind::ledger.account_kind
            and a.owner_id = k.owner and a.currency = 'CRD'), 0) order by k.at)
          from (values (1, 'wallet', users[(s ->> 'user')::int + 1]), (2, 'wallet_held', users[(s ->> 'user')::int + 1]),
            (3, 'seller_held', stores[(s ->> 'store')::int + 1]), (4, 'seller_payable', stores[(s ->> 'store')::int + 1]),
            (5, 'seller_disputed', stores[(s ->> 'store')::int + 1]),
            (6, 'payout_transit', stores[(s ->> 'store')::int + 1])) k (at, kind, owner)));
        n := n + 1;
        -- As in production each movement is a transaction: locks kept from one to the next could meet in any order.
        commit;
      end loop;
      told := to_jsonb(answers);
    end $$;`)
}

const STEPS_A_TRIP = 500

/** One world of people and stores that nobody else touches. Throws at the first step that is not as the model says. */
export async function runSteps(sql: postgres.Sql, steps: readonly Step[]): Promise<number> {
  const [world, users, stores] = [randomUUID(), ids(USERS), ids(STORES)]
  const model = new LedgerModel()
  const expected: Expected[] = []
  for (const step of steps) {
    const next = model.apply(step)
    if (next) expected.push(next)
  }
  for (let first = 0; first < expected.length; first += STEPS_A_TRIP) {
    const batch = expected.slice(first, first + STEPS_A_TRIP)
    const [row] = await sql<{ told: Pick<Expected, 'outcome' | 'balances'>[] }[]>`
      call model.run(${world}, ${JSON.stringify(batch)}::text::jsonb, ${first}, ${users}::uuid[], ${stores}::uuid[], null)`
    batch.forEach((wanted, index) => {
      const answer = row?.told[index]
      if (
        JSON.stringify([answer?.outcome, answer?.balances]) !==
        JSON.stringify([wanted.outcome, wanted.balances])
      ) {
        throw new Error(
          `Step ${first + index}, ${JSON.stringify(wanted)}: the ledger says ${JSON.stringify(answer)}`,
        )
      }
    })
  }
  return expected.length
}

function ids(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID())
}
