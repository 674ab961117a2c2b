-- What time brings about, item by item: one that fails is undone alone, written down for the operators and tried again
-- later, ever less often, while everything else goes on.

create table ledger.failures (
  kind text not null check (kind in ('hold', 'earning', 'budget', 'dispute', 'sale')),
  item_id uuid not null,
  reason text not null check (char_length(reason) <= 500),
  attempts integer not null default 1,
  first_at timestamptz not null default now(),
  retry_at timestamptz not null,
  primary key (kind, item_id)
);
comment on table ledger.failures is 'What should have moved by itself and failed, until it succeeds. Operators see it as stuck.';
alter table ledger.failures enable row level security;

create function ledger.note_failure(p_kind text, p_item_id uuid, p_reason text) returns void
language sql
set search_path = ''
as $$
  insert into ledger.failures as f (kind, item_id, reason, retry_at)
  values (p_kind, p_item_id, left(p_reason, 500), now() + interval '1 minute')
  on conflict (kind, item_id) do update set reason = excluded.reason, attempts = f.attempts + 1,
    retry_at = now() + least(interval '1 hour', interval '1 minute' * power(2, least(f.attempts, 10)))
$$;

create function ledger.forget_failure(p_kind text, p_item_id uuid) returns void
language sql
set search_path = ''
as $$
  delete from ledger.failures f where f.kind = p_kind and f.item_id = p_item_id
$$;

create function ledger.is_resting(p_kind text, p_item_id uuid) returns boolean
language sql stable
set search_path = ''
as $$
  -- It failed, and its next attempt is later.
  select exists (select from ledger.failures f where f.kind = p_kind and f.item_id = p_item_id and f.retry_at > now())
$$;

create index failures_by_time on ledger.failures (first_at);

create or replace function ledger.expire_holds(p_limit integer default 500) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hold_id uuid;
  v_count integer := 0;
begin
  -- Gives back holds whose time is over, at most so many; answers how many it looked at. A budget's hold stays until the
  -- budget is charged and closed. Safe to call from several places at once.
  for v_hold_id in
    select h.transaction_id from ledger.holds h where h.is_open and h.expires_at <= now()
      and not exists (select from metering.budgets b where b.hold_id = h.transaction_id and b.is_open)
      and not ledger.is_resting('hold', h.transaction_id)
    order by h.account_id, h.transaction_id limit p_limit for no key update skip locked
  loop
    begin
      perform ledger.close_hold(v_hold_id, 'expired', 'its time was over', null);
      perform ledger.forget_failure('hold', v_hold_id);
    exception when others then
      perform ledger.note_failure('hold', v_hold_id, sqlerrm);
    end;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create or replace function ledger.release_earnings(p_limit integer default 500) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_earning record;
  v_count integer := 0;
  v_legs bigint[];
begin
  -- Makes payable what was held until now, one transaction for each sale, so that a payout can be explained line by line.
  -- At most so many; answers how many it looked at. One releaser at a time: two would lock a seller's accounts in different orders.
  if not pg_try_advisory_xact_lock(7306) then
    return 0;
  end if;
  for v_earning in
    select g.*, t.payer_id, t.subject
    -- Every seller, also with nothing held: the platform may have earned the whole of a sale.
    from (select a.owner_id from ledger.accounts a where a.kind = 'seller_held' and a.stripe = 0) sellers
    join ledger.earnings g on g.store_id = sellers.owner_id and g.state = 'held' and g.release_at <= now()
      and not ledger.is_resting('earning', g.transaction_id)
    join ledger.transactions t on t.id = g.transaction_id
    limit p_limit for no key update of g skip locked
  loop
    begin
      perform ledger.lock_known_account(v_earning.held_account_id);
      v_legs := array[v_earning.held_account_id, ledger.lock_account('seller_payable', v_earning.store_id, 'CRD')];
      perform ledger.post_transaction('earning_release', 'settled', v_earning.payer_id, v_earning.store_id,
        v_earning.subject, v_earning.amount - v_earning.fee, 'CRD', v_legs,
        array[v_earning.fee - v_earning.amount, v_earning.amount - v_earning.fee], v_earning.transaction_id);
      update ledger.earnings g set state = 'payable' where g.transaction_id = v_earning.transaction_id;
      perform ledger.forget_failure('earning', v_earning.transaction_id);
    exception when others then
      perform ledger.note_failure('earning', v_earning.transaction_id, sqlerrm);
    end;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create or replace function metering.charge_usage(p_limit integer default 500) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_budget metering.budgets;
  v_count integer := 0;
begin
  -- Adds up and charges every budget that was used; closes those whose time is over; answers how many it
  -- looked at. Safe to repeat and from several places,
  -- one at a time: two would lock wallets in different orders.
  if not pg_try_advisory_xact_lock(7309) then
    return 0;
  end if;
  for v_budget in
    select b.* from metering.budgets b
    where b.is_open and not ledger.is_resting('budget', b.id) and (b.expires_at <= now() or b.used_micro >= (b.charged_amount + 1) * 1000000
      or exists (select from metering.events e where e.budget_id = b.id and e.hour_at is null))
    order by b.id limit p_limit for no key update skip locked
  loop
    begin
      if v_budget.expires_at <= now() then
        perform metering.close_budget(v_budget, 'its time was over');
      else
        perform metering.add_up(v_budget);
      end if;
      perform ledger.forget_failure('budget', v_budget.id);
    exception when others then
      perform ledger.note_failure('budget', v_budget.id, sqlerrm);
    end;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create or replace function public.tend_disputes(p_limit integer default 1) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid;
  v_order commerce.orders;
  v_state text;
  v_count integer := 0;
begin
  -- Decides what was waited for too long: for the buyer, since neither silence is theirs. Answers how many it
  -- looked at. Safe at any
  -- moment, any number of times, from several places at once: whoever holds an order decides it, and is not waited for.
  -- One at a time is best, since each takes the locks of two people's money.
  delete from commerce.dispute_files f where f.completed_at is null and f.created_at < now() - interval '1 hour';
  for v_id in
    select d.order_id from commerce.disputes d join commerce.orders o on o.id = d.order_id
    where d.due_at <= clock_timestamp() and not ledger.is_resting('dispute', d.order_id)
    order by d.due_at limit p_limit for no key update of o skip locked
  loop
    select o.* into v_order from commerce.orders o where o.id = v_id;
    select d.state into v_state from commerce.disputes d where d.order_id = v_id and d.due_at <= clock_timestamp();
    if v_state is null then
      continue;
    end if;
    v_count := v_count + 1;
    begin
      perform commerce.resolve_order_dispute(v_id, 'refunded', case v_state
          when 'awaiting_seller' then 'The seller did not answer in time.'
          else 'The marketplace did not decide in time.' end,
        commerce.dispute_evidence(v_order), null);
      perform ledger.forget_failure('dispute', v_id);
    exception when others then
      perform ledger.note_failure('dispute', v_id, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;

-- Noted for a second and read whole: it needs neither a number nor an index.
alter table commerce.pending_sales drop column id;

create or replace function commerce.count_pending_sales() returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_ids uuid[];
begin
  -- Adds up what is noted and moves counters, order and card of those packages' listing rows along, as
  -- catalog.record_activity does: all at once, rows in the order of their ids, counters before listing rows.
  with taken as (
    delete from commerce.pending_sales n
    where n.ctid = any (array(select w.ctid from commerce.pending_sales w for update skip locked))
    returning n.package_id, n.change
  ), summed as (
    select t.package_id, sum(t.change) as change from taken t
    where exists (select from catalog.packages p where p.id = t.package_id)
    group by t.package_id order by t.package_id
  ), counted as (
    insert into catalog.package_stats as st (package_id, sold_count)
    select s.package_id, greatest(s.change, 0) from summed s
    on conflict (package_id) do update set sold_count = greatest(st.sold_count + (
      select s.change from summed s where s.package_id = st.package_id), 0)
    returning st.package_id
  )
  select array_agg(c.package_id) into v_package_ids from counted c;
  if v_package_ids is null then
    return 0;
  end if;
  perform from catalog.marketplace_catalog_rows r
  where r.package_id = any (v_package_ids) order by r.package_id for update;
  -- A statement of its own, so that it sees the rows as whoever held them left them.
  update catalog.marketplace_catalog_rows r set
    entry = r.entry || jsonb_build_object('soldCount', st.sold_count, 'viewCount', st.view_count,
      'downloadCount', st.download_count),
    sold_count = st.sold_count,
    view_count = st.view_count,
    download_count = st.download_count,
    hot_score = catalog.hot_score(st.sold_count, st.download_count, st.view_count, r.rating_average,
      st.rating_count, r.is_featured)
  from catalog.package_stats st
  where st.package_id = r.package_id and r.package_id = any (v_package_ids);
  return cardinality(v_package_ids);
end
$$;

create or replace function public.tend_commerce() returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_forgotten integer;
  v_counted integer := 0;
begin
  -- A batch of what time alone brings about; answers how much of each, so that the caller knows whether to go on. Safe at
  -- any moment, any number of times, from several places at once.
  delete from commerce.idempotency_keys k where k.ctid = any (array(
    select o.ctid from commerce.idempotency_keys o where o.created_at < now() - interval '30 days'
    limit 5000 for update skip locked));
  get diagnostics v_forgotten = row_count;
  begin
    v_counted := commerce.count_pending_sales();
    perform ledger.forget_failure('sale', '00000000-0000-0000-0000-000000000000');
  exception when others then
    perform ledger.note_failure('sale', '00000000-0000-0000-0000-000000000000', sqlerrm);
  end;
  return jsonb_build_object(
    'forgottenKeys', v_forgotten,
    'expiredHolds', ledger.expire_holds(),
    'releasedEarnings', ledger.release_earnings(),
    'countedPackages', v_counted);
end
$$;

create or replace function commerce.stuck_items() returns jsonb
language sql stable
set search_path = ''
as $$
  -- What should have moved by itself and did not, oldest first, of each kind at most ten, and what failed.
  with found as (
    (select 'event' as kind, e.id, e.type || coalesce(': ' || e.failure, '') as text, e.received_at as at
     from payments.stripe_events e where e.processed_at is null and e.received_at < now() - interval '10 minutes'
     order by e.received_at limit 10)
    union all
    (select 'top-up', c.id::text, 'open since longer than Stripe keeps a checkout', c.created_at
     from payments.checkouts c where c.status = 'open' and c.created_at < now() - interval '25 hours'
     order by c.created_at limit 10)
    union all
    (select 'payout', p.transaction_id::text, 'reserved and not sent', p.created_at
     from ledger.payouts p where p.state = 'reserved' and p.created_at < now() - interval '2 hours'
     order by p.created_at limit 10)
    union all
    (select 'earning', g.store_id::text, count(*) || ' sales past their window are not payable yet', min(g.release_at)
     from ledger.earnings g where g.state = 'held' and g.release_at < now() - interval '10 minutes'
     group by g.store_id order by 4 limit 10)
    union all
    (select 'hold', h.transaction_id::text, 'expired and not given back', h.expires_at
     from ledger.holds h where h.is_open and h.expires_at < now() - interval '10 minutes'
     order by h.expires_at limit 10)
    union all
    (select 'sale', 'sales', count(*) || ' sales wait to be counted', null::timestamptz
     from commerce.pending_sales n having count(*) > 1000)
    union all
    (select l.kind, l.item_id::text, 'failed ' || l.attempts || ' times: ' || l.reason, l.first_at
     from ledger.failures l order by l.first_at limit 50)
  )
  select coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'id', f.id, 'text', f.text,
    'at', commerce.json_time(f.at)) order by f.at), '[]') from found f
$$;

revoke execute on function ledger.note_failure(text, uuid, text), ledger.forget_failure(text, uuid),
  ledger.is_resting(text, uuid) from public;
