-- Orders: buying a package in one transaction, requests that are answered once however often they are sent, limited seats,
-- refunds, and what a buyer did with what they bought.

-- At commit the caller's role is back, who sees only their own legs: the sum must see them all.
alter function ledger.require_balance() security definer;
alter function ledger.require_own_transaction() security definer;

create table commerce.settings (
  only_row boolean primary key default true check (only_row),
  fee_basis_points integer not null default 1000 check (fee_basis_points between 0 and 10000),
  dispute_window interval not null default '14 days'
);
comment on table commerce.settings is 'What the platform takes of a sale, and for how long the seller''s share of it is held.';
insert into commerce.settings default values;

-- Orders, events and keys have no foreign keys to people and packages: they outlive both, and the locks that such keys
-- take would make the sales of one package wait for each other.
create table commerce.orders (
  id uuid primary key,
  buyer_id uuid not null,
  seller_id uuid not null,
  package_id uuid not null,
  handle text not null,
  version text not null,
  price_amount bigint not null,
  price_currency text not null,
  fee_amount bigint not null,
  status ledger.transaction_status not null,
  transaction_id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
) with (fillfactor = 90);
comment on table commerce.orders is 'One purchase. seller_id is the store; status follows that of the ledger transaction, in the same transaction.';
create index orders_by_seller on commerce.orders (seller_id, status, created_at desc);
create index orders_by_buyer on commerce.orders (buyer_id, created_at desc);

create table commerce.stocks (
  package_id uuid primary key references catalog.packages (id) on delete cascade,
  seats bigint not null,
  sold bigint not null default 0,
  constraint stocks_never_oversold check (sold between 0 and seats)
) with (fillfactor = 50);
comment on table commerce.stocks is 'Packages of which only so many are sold. Others have no row.';

create table commerce.events (
  id bigint generated always as identity primary key,
  kind text not null,
  order_id uuid not null,
  package_id uuid not null,
  store_id uuid not null,
  buyer_id uuid not null,
  created_at timestamptz not null
);
comment on table commerce.events is 'What happened to orders, in the order of their ids, written in the transaction of what happened: order.created, order.refunded, order.disputed, order.upheld.';

create table commerce.pending_sales (
  id bigint generated always as identity primary key,
  package_id uuid not null,
  change smallint not null
);
comment on table commerce.pending_sales is 'Sales that found the counter of their package busy. commerce.count_pending_sales adds them up.';
create index pending_sales_by_package on commerce.pending_sales (package_id);

create table commerce.idempotency_keys (
  user_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status smallint not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
comment on table commerce.idempotency_keys is 'Answers given, by the key that came with the request; kept for 30 days.';
create index idempotency_keys_by_age on commerce.idempotency_keys using brin (created_at);

create table commerce.accesses (
  id bigint generated always as identity primary key,
  user_id uuid not null,
  package_id uuid not null,
  kind text not null check (kind in ('download', 'launch')),
  version text not null,
  created_at timestamptz not null default now()
);
comment on table commerce.accesses is 'Who downloaded or launched which version of what they have a right to: tells updates, and is evidence in a dispute.';
create index accesses_by_user on commerce.accesses (user_id, package_id, created_at desc);

alter table commerce.entitlements add column order_id uuid;

alter table commerce.settings enable row level security;
alter table commerce.orders enable row level security;
alter table commerce.stocks enable row level security;
alter table commerce.events enable row level security;
alter table commerce.pending_sales enable row level security;
alter table commerce.idempotency_keys enable row level security;
alter table commerce.accesses enable row level security;
create policy settings_select_everyone on commerce.settings for select to anon, authenticated using (true);
create policy orders_select_buyer on commerce.orders for select to authenticated using (buyer_id = (select auth.uid()));
create policy orders_select_seller on commerce.orders for select to authenticated
  using (seller_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy orders_select_operator on commerce.orders for select to authenticated
  using ((select identity.is_operator()));
create policy stocks_select_with_package on commerce.stocks for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
create policy events_select_buyer on commerce.events for select to authenticated using (buyer_id = (select auth.uid()));
create policy events_select_seller on commerce.events for select to authenticated
  using (store_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy events_select_operator on commerce.events for select to authenticated
  using ((select identity.is_operator()));
create policy accesses_select_own on commerce.accesses for select to authenticated using (user_id = (select auth.uid()));
create policy accesses_select_operator on commerce.accesses for select to authenticated
  using ((select identity.is_operator()));
grant select on commerce.settings, commerce.stocks to anon, authenticated, service_role;
grant select on commerce.orders, commerce.events, commerce.accesses to authenticated, service_role;

create function commerce.begin_request(p_user_id uuid, p_key text, p_fingerprint bytea) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_known record;
begin
  -- Null: go on, and say commerce.finish_request in the same transaction. Otherwise {status, body}: the answer given before.
  if not pg_try_advisory_xact_lock(hashtextextended(p_user_id || p_key, 7307)) then
    perform catalog.refuse('409', 'idempotency_in_flight', 'The same request is still running. Ask again shortly.');
  end if;
  select k.fingerprint, k.status, k.response into v_known from commerce.idempotency_keys k
  where k.user_id = p_user_id and k.key = p_key;
  if not found then
    return null;
  elsif v_known.fingerprint <> p_fingerprint then
    perform catalog.refuse('422', 'idempotency_key_reused', 'This Idempotency-Key came with another request before.');
  end if;
  return jsonb_build_object('status', v_known.status, 'body', v_known.response);
end
$$;

create function commerce.finish_request(
  p_user_id uuid, p_key text, p_fingerprint bytea, p_status integer, p_response jsonb
) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into commerce.idempotency_keys (user_id, key, fingerprint, status, response)
  values (p_user_id, p_key, p_fingerprint, p_status, p_response);
end
$$;

create function commerce.count_sale(p_package_id uuid, p_change integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- At once when nobody else is counting this package; otherwise it is noted and counted soon. Sales never wait for it.
  update catalog.package_stats st set sold_count = greatest(st.sold_count + p_change, 0)
  where st.package_id = (
    select free.package_id from catalog.package_stats free
    where free.package_id = p_package_id for no key update skip locked);
  if not found then
    insert into commerce.pending_sales (package_id, change) values (p_package_id, p_change);
  end if;
end
$$;

create function commerce.count_pending_sales() returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
  v_count integer := 0;
begin
  -- Adds up what is noted and refreshes those packages' cards; in the order of their ids, as all who lock several do.
  for v_package_id in
    with taken as (
      delete from commerce.pending_sales n
      where n.id in (select w.id from commerce.pending_sales w for update skip locked)
      returning n.package_id, n.change
    ), summed as (
      select t.package_id, sum(t.change) as change from taken t group by t.package_id order by t.package_id
    ), counted as (
      insert into catalog.package_stats as st (package_id, sold_count)
      select s.package_id, greatest(s.change, 0) from summed s
      on conflict (package_id) do update set sold_count = greatest(st.sold_count + (
        select s.change from summed s where s.package_id = st.package_id), 0)
      returning st.package_id
    )
    select c.package_id from counted c order by c.package_id
  loop
    perform catalog.index_package(v_package_id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function commerce.order_dto(p_order commerce.orders) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('id', p_order.id, 'handle', p_order.handle, 'version', p_order.version,
    'price', jsonb_build_object('amount', p_order.price_amount, 'currency', p_order.price_currency),
    'status', p_order.status, 'transactionId', p_order.transaction_id,
    'createdAt', to_char(p_order.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
end
$$;

create function commerce.place_order(
  p_buyer_id uuid, p_handle text, p_expected_amount bigint, p_expected_currency text, p_actor_id uuid
) returns commerce.orders
language plpgsql security definer
set search_path = ''
as $$
declare
  v_offer record;
  v_order commerce.orders;
begin
  -- One purchase from the buyer's wallet, all or nothing: availability, price, right, seat, money, order, count, event.
  -- For commerce.purchase and for payments by card; whoever calls it has made sure that the buyer wants it.
  select p.id, p.store_id, p.price_amount, p.price_currency, p.latest_version, s.owner_id, s.product_type,
    c.fee_basis_points, c.dispute_window,
    exists (select from commerce.stocks k where k.package_id = p.id) as is_limited
  into v_offer
  from catalog.packages p join catalog.stores s on s.id = p.store_id cross join commerce.settings c
  where p.handle = p_handle and p.status = 'approved' and p.is_available and p.latest_version is not null
    and s.status = 'approved';
  if v_offer.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  elsif v_offer.owner_id = p_buyer_id then
    perform catalog.refuse('403', 'own_package', 'This package is yours already: it is your store that sells it.');
  end if;
  v_order.id := ledger.new_id((extract(epoch from clock_timestamp()) * 1000000)::bigint);
  v_order.created_at := clock_timestamp();
  -- Whoever asks twice at once waits here for the first, and then has it already.
  insert into commerce.entitlements (user_id, package_id, source, order_id, granted_at)
  values (p_buyer_id, v_offer.id, case when v_offer.price_amount = 0 then 'free' else 'purchase' end, v_order.id,
    v_order.created_at)
  on conflict do nothing;
  if not found then
    perform catalog.refuse('409', 'already_owned', format('%s is in your library already.', p_handle));
  elsif v_offer.price_amount <> p_expected_amount or v_offer.price_currency <> p_expected_currency then
    perform catalog.refuse('409', 'price_changed', format('%s now costs %s %s.', p_handle,
      to_char(v_offer.price_amount / 100.0, 'FM999,999,990.00'), v_offer.price_currency), 'expectedPrice');
  end if;
  if v_offer.is_limited then
    update commerce.stocks k set sold = k.sold + 1 where k.package_id = v_offer.id and k.sold < k.seats;
    if not found then
      perform catalog.refuse('409', 'sold_out', format('%s is sold out.', p_handle));
    end if;
  end if;
  v_order.fee_amount := case when v_offer.product_type = 'house' or v_offer.owner_id is null then v_offer.price_amount
    else v_offer.price_amount * v_offer.fee_basis_points / 10000 end;
  v_order.transaction_id := ledger.purchase(p_buyer_id,
    case when v_offer.product_type = 'house' or v_offer.owner_id is null then null else v_offer.store_id end,
    p_handle, v_offer.price_amount, v_order.fee_amount, now() + v_offer.dispute_window,
    jsonb_build_object('orderId', v_order.id, 'version', v_offer.latest_version), p_actor_id);
  v_order.buyer_id := p_buyer_id;
  v_order.seller_id := v_offer.store_id;
  v_order.package_id := v_offer.id;
  v_order.handle := p_handle;
  v_order.version := v_offer.latest_version;
  v_order.price_amount := v_offer.price_amount;
  v_order.price_currency := v_offer.price_currency;
  v_order.status := 'settled';
  v_order.updated_at := v_order.created_at;
  insert into commerce.orders values (v_order.*);
  insert into commerce.events (kind, order_id, package_id, store_id, buyer_id, created_at)
  values ('order.created', v_order.id, v_offer.id, v_offer.store_id, p_buyer_id, v_order.created_at);
  perform commerce.count_sale(v_offer.id, 1);
  return v_order;
end
$$;

create function commerce.purchase(
  p_handle text, p_expected_amount bigint, p_expected_currency text, p_key text, p_fingerprint bytea
) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_answer jsonb;
begin
  -- Buys a package for the caller. With a key the first answer is the only one, whatever happens to the connection.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in to buy packages.');
  end if;
  if p_key is not null then
    v_answer := commerce.begin_request(v_user_id, p_key, p_fingerprint);
    if v_answer is not null then
      return v_answer -> 'body';
    end if;
  end if;
  v_answer := commerce.order_dto(
    commerce.place_order(v_user_id, p_handle, p_expected_amount, p_expected_currency, v_user_id));
  if p_key is not null then
    perform commerce.finish_request(v_user_id, p_key, p_fingerprint, 201, v_answer);
  end if;
  return v_answer;
end
$$;

create function commerce.lock_order(p_order_id uuid) returns commerce.orders
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders;
begin
  select o.* into v_order from commerce.orders o where o.id = p_order_id for no key update;
  if v_order.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such order.');
  end if;
  return v_order;
end
$$;

create function commerce.follow_ledger(p_order commerce.orders) returns commerce.orders
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders;
begin
  -- The order says what the ledger says. A refunded one gives back its right, its seat and its place in the count.
  update commerce.orders o set status = ledger.status_of(o.transaction_id), updated_at = clock_timestamp()
  where o.id = p_order.id returning o.* into v_order;
  insert into commerce.events (kind, order_id, package_id, store_id, buyer_id, created_at)
  values ('order.' || v_order.status, v_order.id, v_order.package_id, v_order.seller_id, v_order.buyer_id,
    v_order.updated_at);
  if v_order.status = 'refunded' then
    delete from commerce.entitlements e where e.user_id = v_order.buyer_id and e.package_id = v_order.package_id
      and e.order_id = v_order.id;
    update commerce.stocks k set sold = k.sold - 1 where k.package_id = v_order.package_id and k.sold > 0;
    perform commerce.count_sale(v_order.package_id, -1);
  end if;
  return v_order;
end
$$;

create function commerce.refund_order_by(p_order_id uuid, p_reason text, p_evidence jsonb, p_actor_id uuid)
returns commerce.orders
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.lock_order(p_order_id);
begin
  perform ledger.refund(v_order.transaction_id, null, p_reason, p_evidence, p_actor_id);
  return commerce.follow_ledger(v_order);
end
$$;
comment on function commerce.refund_order_by(uuid, text, jsonb, uuid) is 'Refunds an order and takes back its right. The caller has checked who may.';

create function commerce.open_order_dispute(p_order_id uuid, p_reason text, p_evidence jsonb, p_actor_id uuid)
returns commerce.orders
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.lock_order(p_order_id);
begin
  perform ledger.open_dispute(v_order.transaction_id, null, p_reason, p_evidence, p_actor_id);
  return commerce.follow_ledger(v_order);
end
$$;
comment on function commerce.open_order_dispute(uuid, text, jsonb, uuid) is 'Puts an order into dispute. The caller has checked who may and whether the window is open.';

create function commerce.resolve_order_dispute(
  p_order_id uuid, p_outcome ledger.transaction_status, p_reason text, p_evidence jsonb, p_actor_id uuid
) returns commerce.orders
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.lock_order(p_order_id);
begin
  perform ledger.resolve_dispute(v_order.transaction_id, p_outcome, null, p_reason, p_evidence, p_actor_id);
  return commerce.follow_ledger(v_order);
end
$$;
comment on function commerce.resolve_order_dispute(uuid, ledger.transaction_status, text, jsonb, uuid) is 'Decides a disputed order: refunded or upheld. The caller has checked who may.';

create function commerce.refund_order(p_order_id uuid, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_order commerce.orders;
begin
  -- By the seller of the order or an operator. Its buyer is told how else to get their money back; others see nothing.
  select o.* into v_order from commerce.orders o where o.id = p_order_id;
  if v_order.id is null or v_user_id is null or not (
    catalog.owns_store(v_order.seller_id) or identity.is_operator() or v_order.buyer_id = v_user_id) then
    perform catalog.refuse('404', 'not_found', 'There is no such order.');
  elsif not (catalog.owns_store(v_order.seller_id) or identity.is_operator()) then
    perform catalog.refuse('403', 'forbidden', 'The seller refunds. Open a dispute to ask for your money back.');
  end if;
  v_order := commerce.refund_order_by(p_order_id, p_reason, '{}', v_user_id);
  perform identity.record_audit('order.refund', v_order.id::text, split_part(v_order.handle, '/', 1),
    jsonb_build_object('handle', v_order.handle, 'amount', v_order.price_amount, 'reason', p_reason), v_order.buyer_id);
  return commerce.order_dto(v_order);
end
$$;

create function commerce.read_order(p_order_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- An order with what became of it, for its buyer, its seller and operators; null for anybody else. Definer, because the
  -- package or the store may have been taken from sight since.
  return (
    select commerce.order_dto(o) || jsonb_build_object(
      'name', coalesce(nullif(p.display_name, ''), o.handle),
      'seller', jsonb_build_object('slug', s.slug, 'name', s.name),
      'paidWith', jsonb_build_object('amount', o.price_amount, 'currency', 'CRD'),
      'releaseAt', (
        select to_char(g.release_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        from ledger.earnings g where g.transaction_id = o.transaction_id),
      'allows', jsonb_build_object('refund', o.status in ('settled', 'disputed')
        and (catalog.owns_store(o.seller_id) or identity.is_operator())),
      'timeline', jsonb_build_array(jsonb_build_object('status', 'settled', 'by', 'buyer', 'reason', '',
        'at', to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) || coalesce((
          select jsonb_agg(jsonb_build_object('status', n.to_status, 'reason', n.reason,
            'at', to_char(n.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'by', case when n.actor_id is null then 'system' when n.actor_id = o.buyer_id then 'buyer'
              when n.actor_id = s.owner_id then 'seller' else 'operator' end) order by n.sequence)
          from ledger.transitions n where n.transaction_id = o.transaction_id), '[]'))
    from commerce.orders o
    join catalog.stores s on s.id = o.seller_id
    left join catalog.packages p on p.id = o.package_id
    where o.id = p_order_id
      and (o.buyer_id = (select auth.uid()) or catalog.owns_store(o.seller_id) or identity.is_operator()));
end
$$;

create function commerce.set_stock(p_handle text, p_seats bigint) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- How many of a package are sold at most; null: as many as are bought. By its store's owner or an operator.
  select p.id into v_package_id from catalog.packages p
  where p.handle = p_handle and (catalog.owns_store(p.store_id) or identity.is_operator());
  if v_package_id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  if p_seats is null then
    delete from commerce.stocks k where k.package_id = v_package_id;
    return jsonb_build_object('handle', p_handle, 'seats', null, 'sold', null);
  end if;
  if p_seats not between 0 and 1000000000 then
    perform catalog.refuse('422', 'validation_failed', 'Seats are a number from 0.', 'seats');
  end if;
  -- What was sold before counts: seats are the total, and never fewer than are taken.
  insert into commerce.stocks as k (package_id, seats, sold)
  select v_package_id, greatest(p_seats, taken.count), taken.count
  from (select count(*) from commerce.entitlements e where e.package_id = v_package_id and e.order_id is not null) taken
  on conflict (package_id) do update set seats = greatest(p_seats, k.sold);
  return (select jsonb_build_object('handle', p_handle, 'seats', k.seats, 'sold', k.sold) from commerce.stocks k
    where k.package_id = v_package_id);
end
$$;

create function commerce.record_access(p_handle text, p_kind text, p_version text) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Notes that the caller used what they have a right to; anybody else's use is not noted.
  insert into commerce.accesses (user_id, package_id, kind, version)
  select e.user_id, e.package_id, p_kind, left(p_version, 128)
  from catalog.packages p join commerce.entitlements e on e.package_id = p.id and e.user_id = (select auth.uid())
  where p.handle = p_handle;
end
$$;

create function public.tend_commerce() returns jsonb
language plpgsql security definer
set search_path = ''
set statement_timeout = '2min'
as $$
begin
  -- What time alone brings about. Safe at any moment, any number of times, from several places at once.
  delete from commerce.idempotency_keys k where k.created_at < now() - interval '30 days';
  return jsonb_build_object(
    'expiredHolds', ledger.expire_holds(),
    'releasedEarnings', ledger.release_earnings(),
    'countedPackages', commerce.count_pending_sales());
end
$$;

revoke execute on function public.tend_commerce() from public, anon, authenticated;
grant execute on function public.tend_commerce() to service_role;
revoke execute on all functions in schema commerce from public;
grant execute on function commerce.purchase(text, bigint, text, text, bytea), commerce.refund_order(uuid, text),
  commerce.read_order(uuid), commerce.set_stock(text, bigint), commerce.record_access(text, text, text) to authenticated;
grant execute on function commerce.place_order(uuid, text, bigint, text, uuid),
  commerce.begin_request(uuid, text, bytea), commerce.finish_request(uuid, text, bytea, integer, jsonb),
  commerce.refund_order_by(uuid, text, jsonb, uuid), commerce.open_order_dispute(uuid, text, jsonb, uuid),
  commerce.resolve_order_dispute(uuid, ledger.transaction_status, text, jsonb, uuid),
  commerce.count_pending_sales() to service_role;

do $$
begin
  if to_regprocedure('cron.schedule(text,text,text)') is not null then
    perform cron.schedule('tend-commerce', '* * * * *', 'select public.tend_commerce()');
  end if;
end
$$;
