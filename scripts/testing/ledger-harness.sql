-- Carries out steps of the ledger's model, each in a transaction of its own, and looks after each of them. Only for tests.

create schema model;
-- What steps made, so that later ones can be about it.
create table model.made (world uuid, step bigint, kind text, id uuid, primary key (world, step));
create index made_by_id on model.made (id);
create index made_by_kind on model.made (world, kind, step);
-- Far from the numbers that the model gives its steps.
create sequence model.steps start 1000000;
-- A second account of every account, kept from the entries alone, and where its chain stood. Whoever moves money of an
-- account holds its lock until the end of the transaction, so this is never behind.
create table model.sums (account_id bigint primary key, total numeric, sequence bigint, hash bytea);

create function model.release(p_store uuid) returns uuid[] language plpgsql as $$
declare
  v_sales uuid[];
begin
  -- One releaser at a time, waited for here; earnings are far from due until their store is named.
  perform pg_advisory_xact_lock(7306);
  with due as (
    update ledger.earnings g set release_at = now() where g.store_id = p_store and g.state = 'held' returning g.transaction_id
  )
  select coalesce(array_agg(d.transaction_id), '{}') into v_sales from due d;
  perform ledger.release_earnings(100000);
  return array(select t.id from ledger.transactions t where t.parent_id = any (v_sales) and t.kind = 'earning_release');
end $$;

create function model.expire(p_user uuid) returns uuid[] language plpgsql as $$
declare
  v_holds uuid[];
begin
  with due as (
    update ledger.holds h set expires_at = now() from ledger.accounts a
    where a.id = h.account_id and a.owner_id = p_user and h.is_open returning h.transaction_id
  )
  select coalesce(array_agg(d.transaction_id), '{}') into v_holds from due d;
  perform ledger.expire_holds(100000);
  return array(select n.movement_id from ledger.transitions n where n.transaction_id = any (v_holds) and n.sequence = 1);
end $$;

create function model.call(s jsonb, u uuid, p uuid, r uuid) returns uuid[] language plpgsql as $$
declare
  a bigint := (s ->> 'amount')::bigint;
  f bigint := (s ->> 'fee')::bigint;
  flag text := s ->> 'flag';
begin
  case s ->> 'call'
    when 'topUp' then return array[ledger.top_up(u, a, gen_random_uuid()::text, '{}', '{}')];
    when 'grant' then return array[ledger.grant_credits(u, a, null, '{}')];
    when 'stripeFee' then return array[ledger.record_stripe_fee(case flag when 'back' then -a else a end, null, null, '{}')];
    when 'purchase' then return array[ledger.purchase(u, p, 'm/p', a, f, now() + interval '1 year', '{}', u)];
    when 'hold' then return array[ledger.hold(u, a, now() + interval '1 day', p, 'm/p', null, '{}', u)];
    when 'extend' then return array[ledger.extend_hold(r, a, now() + interval '2 days', null, u)];
    when 'charge' then return array[ledger.charge_hold(r,
      (case flag when 'final' then 'capture' else 'metering_charge' end)::ledger.transaction_kind, a, f,
      now() + interval '1 year', flag = 'final', null, '{}', '{}', u)];
    when 'close' then return array[ledger.close_hold(r, 'voided', '', u)];
    when 'expire' then return model.expire(u);
    when 'release' then return model.release(p);
    when 'refund' then return array[ledger.refund(r, null, '', '{}', u)];
    when 'dispute', 'disputeTopUp' then return array[ledger.open_dispute(r, null, '', '{}', u)];
    when 'resolve', 'resolveTopUp' then
      return array[ledger.resolve_dispute(r, flag::ledger.transaction_status, null, '', '{}', u)];
    when 'reverseTopUp' then return array[ledger.reverse_top_up(r, a, null, '', '{}', u)];
    when 'reserve' then return array_remove(array[ledger.reserve_payout(p, 1, null)], null);
    when 'finish' then return array[ledger.finish_payout(r, flag, '', '{}')];
  end case;
end $$;

create function model.look(ts uuid[]) returns text language plpgsql as $$
declare
  fault text;
begin
  if exists (select from ledger.entries e where e.transaction_id = any (ts) group by e.transaction_id, e.currency
      having sum(e.amount) <> 0) then
    return 'the legs do not sum to zero';
  end if;
  -- One step may write several transactions: their entries follow each other within each account.
  with fresh as (
    select e.account_id, e.sequence, e.balance_after, e.hash, row_number() over chain as nth,
      sum(e.amount) over chain as running, count(*) over (partition by e.account_id) as total
    from ledger.entries e where e.transaction_id = any (ts)
    window chain as (partition by e.account_id order by e.sequence)
  ), judged as (
    select f.account_id, f.sequence, f.hash, f.nth = f.total as is_last, coalesce(m.total, 0) + f.running as total, case
        when f.sequence <> coalesce(m.sequence, 0) + f.nth or m.hash is distinct from (select b.hash
          from ledger.entries b where b.account_id = f.account_id and b.sequence = m.sequence) then 'another past'
        when f.balance_after <> coalesce(m.total, 0) + f.running then 'not the sum of its entries'
        when f.nth < f.total then null
        when a.balance < a.minimum or a.kind = 'receivable' and a.balance > 0 then 'beyond what it may hold'
        when f.sequence <> a.entry_count or f.balance_after <> a.balance or f.hash <> a.head_hash
          then 'not its last entry' end as fault
    from fresh f join ledger.accounts a on a.id = f.account_id left join model.sums m on m.account_id = f.account_id
  ), kept as (
    insert into model.sums as m select g.account_id, g.total, g.sequence, g.hash from judged g where g.is_last
    on conflict (account_id) do update set total = excluded.total, sequence = excluded.sequence, hash = excluded.hash
  )
  select min(g.fault) into fault from judged g;
  return fault;
end $$;

create function model.balances(u uuid, p uuid) returns jsonb language plpgsql as $$
declare
  b bigint[] := array_fill(0::bigint, array[8]);
  c record;
begin
  for c in select case a.kind when 'wallet' then 1 when 'wallet_held' then 2 when 'receivable' then 3
      when 'topup_disputed' then 4 when 'seller_held' then 5 when 'seller_payable' then 6 when 'seller_disputed' then 7
      when 'payout_transit' then 8 end as at, a.balance
    from ledger.accounts a where a.owner_id in (u, p) and a.balance <> 0 loop
    b[c.at] := b[c.at] + c.balance;
  end loop;
  return to_jsonb(b);
end $$;

create procedure model.run(w uuid, steps jsonb, users uuid[], stores uuid[], inout told jsonb) language plpgsql as $$
declare
  s jsonb; n bigint; r uuid; made uuid[]; said text; answers jsonb[] := '{}'; u uuid; p uuid; trials integer;
begin
  for s in select * from jsonb_array_elements(steps) loop
    u := users[(s ->> 'user')::int + 1];
    p := stores[(s ->> 'store')::int + 1];
    -- Either the step that it names, or the so-manieth newest of a kind, whoever made it.
    if s ? 'back' then
      select m.id into r from model.made m where m.world = w and m.kind = s ->> 'about'
      order by m.step desc offset (s ->> 'back')::int limit 1;
      n := nextval('model.steps');
    else
      r := (select m.id from model.made m where m.world = w and m.step = (s ->> 'ref')::int);
      n := (s ->> 'step')::bigint;
    end if;
    trials := 0;
    loop
      begin
        made := model.call(s, u, p, r);
        said := case when cardinality(made) = 0 then 'nothing' else 'done' end;
        exit;
      exception
        when deadlock_detected then
          -- It was undone whole: as in production it is asked for again.
          trials := trials + 1;
          if trials > 5 then raise; end if;
        when others then
          if sqlstate not like 'SK%' then raise; end if;
          made := '{}';
          said := 'refused';
          exit;
      end;
    end loop;
    -- A payout finished twice answers the movement that finished it.
    made := array(select m from unnest(made) m where not exists (select from model.made k where k.id = m));
    if cardinality(made) > 0 then
      said := coalesce(model.look(made), said);
      insert into model.made
      select w, case when cardinality(made) = 1 then n else nextval('model.steps') end, s ->> 'makes', m from unnest(made) m;
    end if;
    answers := answers || jsonb_build_object('outcome', said, 'again', trials,
      'balances', case when s ? 'back' then null else model.balances(u, p) end);
    -- As in production each movement is a transaction: locks kept from one to the next could meet in any order.
    commit;
  end loop;
  told := to_jsonb(answers);
end $$;
