-- A purchase in fewer statements again: its accounts are locked, stamped and moved by one, each process begins at a stripe of
-- its own, and what only functions of the hot path say is said there. Money is locked before rights, so that a payment by
-- card and one by credits never wait for each other; seats are limited only while no purchase of the package is under way.

-- Its expression was read anew by every movement. A trigger says the same when an account is made, which is rare.
alter table ledger.accounts alter column minimum drop expression;
create function ledger.set_minimum() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Null where the balance may go below zero: what is owed to us, and what others hold for us.
  new.minimum := case when new.kind in (
    'wallet', 'wallet_held', 'topup_disputed', 'seller_held', 'seller_disputed', 'payout_transit') then 0 end;
  return new;
end
$$;
create trigger set_minimum before insert on ledger.accounts for each row execute function ledger.set_minimum();

-- Nothing looks for a transaction by its time: accounts have their entries in order.
drop index ledger.transactions_by_time;

create or replace function ledger.lock_account(p_kind ledger.account_kind, p_owner_id uuid, p_currency ledger.currency) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_owner_id uuid := coalesce(p_owner_id, '00000000-0000-0000-0000-000000000000');
  v_stripes integer := case
    when p_kind in ('seller_held', 'platform_revenue', 'promotion', 'conversion', 'stripe_clearing', 'stripe_fees') then 16
    else 1 end;
  v_id bigint;
begin
  -- The account, locked until the end of the transaction and made when it is not there. Of a striped account it is the
  -- first stripe that nobody else holds, from this process's own on, so that sales do not queue; with all of them held it
  -- waits for one.
  if v_stripes = 1 then
    select a.id into v_id from ledger.accounts a
    where a.kind = p_kind and a.owner_id = v_owner_id and a.currency = p_currency and a.stripe = 0
    for no key update;
  else
    select a.id into v_id from ledger.accounts a
    where a.kind = p_kind and a.owner_id = v_owner_id and a.currency = p_currency
    order by (a.stripe + v_stripes - pg_backend_pid() % v_stripes) % v_stripes limit 1
    for no key update skip locked;
  end if;
  if v_id is not null then
    return v_id;
  end if;
  insert into ledger.accounts (kind, owner_id, currency, stripe, head_hash)
  select p_kind, v_owner_id, p_currency, n, sha256(convert_to(row (p_kind, v_owner_id, p_currency, n)::text, 'UTF8'))
  from generate_series(0, v_stripes - 1) n
  where not exists (
    select from ledger.accounts a
    where a.kind = p_kind and a.owner_id = v_owner_id and a.currency = p_currency and a.stripe = n)
  on conflict do nothing;
  select a.id into v_id from ledger.accounts a
  where a.kind = p_kind and a.owner_id = v_owner_id and a.currency = p_currency
    and a.stripe = pg_backend_pid() % v_stripes
  for no key update;
  return v_id;
end
$$;

insert into ledger.accounts (kind, owner_id, currency, stripe, head_hash)
select 'seller_held', s.owner_id, 'CRD', n,
  sha256(convert_to(row ('seller_held'::ledger.account_kind, s.owner_id, 'CRD'::ledger.currency, n)::text, 'UTF8'))
from (select distinct a.owner_id from ledger.accounts a where a.kind = 'seller_held') s
cross join generate_series(8, 15) n
on conflict do nothing;

create function ledger.sell(
  p_wallet_id bigint, p_user_id uuid, p_store_id uuid, p_subject text, p_amount bigint, p_fee bigint,
  p_release_at timestamptz, p_context jsonb, p_actor_id uuid
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_held_stripe integer := pg_backend_pid() % 16;
  v_revenue_stripe integer := pg_backend_pid() % 16;
  v_at_us bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
  v_id uuid;
  v_account bigint;
  v_written integer;
begin
  -- ledger.purchase from a wallet that the caller has locked and that can pay. Writes what lock_account and
  -- post_transaction write, in one statement: it locks this process's stripes, takes the time (after that, since within
  -- one account times never run backwards) and moves the money.
  if p_amount = 0 or p_store_id is null then
    if p_amount > 0 then
      v_account := ledger.lock_account('platform_revenue', null, 'CRD');
    end if;
    return ledger.post_transaction('purchase', 'settled', p_user_id, p_store_id, p_subject, p_amount, 'CRD',
      case when p_amount > 0 then array[p_wallet_id, v_account] else '{}' end,
      case when p_amount > 0 then array[-p_amount, p_amount] else '{}' end, null, null, p_context, '{}', p_actor_id);
  end if;
  -- As ledger.new_id.
  v_id := encode(set_byte(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(v_at_us / 1000) from 3) from 1),
    6, 112 | (v_at_us % 16)::integer), 'hex')::uuid;
  for v_attempt in 1..2 loop
    with locked as materialized (
      select h.id as held_id, r.id as revenue_id
      from (
        select a.id from ledger.accounts a
        where a.kind = 'seller_held' and a.owner_id = p_store_id and a.currency = 'CRD' and a.stripe = v_held_stripe
        for no key update skip locked) h
      cross join (
        select a.id from ledger.accounts a
        where a.kind = 'platform_revenue' and a.owner_id = '00000000-0000-0000-0000-000000000000'
          and a.currency = 'CRD' and a.stripe = v_revenue_stripe
        for no key update skip locked) r
    ), stamped as materialized (
      select l.held_id, l.revenue_id, clock_timestamp() as at from locked l
    ), hashed as materialized (
      select s.held_id, s.revenue_id, s.at, int8send((extract(epoch from s.at) * 1000000)::bigint) as at_bytes,
        sha256(convert_to(row (v_id, 'purchase'::ledger.transaction_kind, 'settled'::ledger.transaction_status, p_user_id,
          p_store_id, p_subject, p_amount, 'CRD'::ledger.currency, null::uuid, null::text, p_context, '{}'::jsonb,
          p_actor_id, (extract(epoch from s.at) * 1000000)::bigint)::text, 'UTF8')) as hash
      from stamped s
    ), posted as (
      insert into ledger.transactions (id, kind, initial_status, payer_id, provider_id, subject, amount, currency, context,
        evidence, created_by, created_at, hash)
      select v_id, 'purchase', 'settled', p_user_id, p_store_id, p_subject, p_amount, 'CRD', p_context, '{}', p_actor_id,
        h.at, h.hash
      from hashed h
    ), earned as (
      insert into ledger.earnings (transaction_id, store_id, held_account_id, fee_account_id, amount, fee, release_at)
      select v_id, p_store_id, h.held_id, h.revenue_id, p_amount, p_fee, p_release_at from hashed h
    ), legs as (
      select l.account_id, l.amount, l.leg, h.at, h.at_bytes, h.hash
      from hashed h
      cross join lateral (values (p_wallet_id, -p_amount, 1::smallint), (h.held_id, p_amount - p_fee, 2::smallint),
        (h.revenue_id, p_fee, 3::smallint)) l (account_id, amount, leg)
      where l.amount <> 0
    ), moved as (
      update ledger.accounts a set
        balance = a.balance + l.amount,
        entry_count = a.entry_count + 1,
        head_hash = sha256(a.head_hash || l.hash || int2send(l.leg) || int8send(a.entry_count + 1) || int8send(l.amount)
          || int8send(a.balance + l.amount) || l.at_bytes)
      from legs l where a.id = l.account_id
      returning a.id, l.leg, l.amount, l.at, a.balance, a.entry_count, a.head_hash
    )
    insert into ledger.entries (transaction_id, leg, account_id, sequence, amount, currency, balance_after, created_at, hash)
    select v_id, m.leg, m.id, m.entry_count, m.amount, 'CRD', m.balance, m.at, m.head_hash from moved m;
    get diagnostics v_written = row_count;
    exit when v_written > 0;
    -- Somebody else's, or the store's first sale: any stripe will do, and then it is ours.
    v_account := ledger.lock_account('seller_held', p_store_id, 'CRD');
    select a.stripe into v_held_stripe from ledger.accounts a where a.id = v_account;
    v_account := ledger.lock_account('platform_revenue', null, 'CRD');
    select a.stripe into v_revenue_stripe from ledger.accounts a where a.id = v_account;
  end loop;
  if v_written <> 3 - (p_fee = 0)::integer - (p_fee = p_amount)::integer then
    raise exception 'Each leg needs an account of its own.' using errcode = '23514';
  end if;
  return v_id;
end
$$;

create or replace function ledger.purchase(
  p_user_id uuid, p_store_id uuid, p_subject text, p_amount bigint, p_fee bigint, p_release_at timestamptz,
  p_context jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Takes the price from the buyer's wallet; the fee is the platform's, the rest the seller's, held until p_release_at.
  -- Without a store the platform sells and earns it all. A price of nothing is written down and moves nothing.
  return ledger.sell(case when p_amount > 0 then ledger.lock_wallet(p_user_id, p_amount) end, p_user_id, p_store_id,
    p_subject, p_amount, p_fee, p_release_at, p_context, p_actor_id);
end
$$;

create function commerce.sell(
  p_buyer_id uuid, p_handle text, p_expected_amount bigint, p_expected_currency text, p_actor_id uuid,
  p_key text, p_fingerprint bytea
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_offer record;
  v_order commerce.orders;
  v_at_us bigint;
  v_answer jsonb;
begin
  -- One purchase from the buyer's wallet, all or nothing: availability, price, right, seat, money, order, count, event.
  -- With a key its answer is kept under it, which the caller has looked for.
  -- Shared: whether seats are limited stays what is read now.
  if not pg_try_advisory_xact_lock_shared(hashtextextended(p_handle, 7310)) then
    perform pg_advisory_xact_lock_shared(hashtextextended(p_handle, 7310));
  end if;
  -- The wallet of whoever pays is locked before anything else is, as a payment by card does.
  select p.id, p.store_id, p.price_amount, p.price_currency, p.latest_version, s.owner_id,
    s.product_type = 'house' or s.owner_id is null as is_house, c.fee_basis_points, c.dispute_window,
    exists (select from commerce.stocks k where k.package_id = p.id) as is_limited,
    w.id as wallet_id, w.balance
  into v_offer
  from catalog.packages p join catalog.stores s on s.id = p.store_id cross join commerce.settings c
  left join lateral (
    select a.id, a.balance from ledger.accounts a
    where p.price_amount > 0 and a.kind = 'wallet' and a.owner_id = p_buyer_id and a.currency = 'CRD' and a.stripe = 0
    for no key update) w on true
  where p.handle = p_handle and p.status = 'approved' and p.is_available and p.latest_version is not null
    and s.status = 'approved';
  if v_offer.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  elsif v_offer.owner_id = p_buyer_id then
    perform catalog.refuse('403', 'own_package', 'This package is yours already: it is your store that sells it.');
  end if;
  v_order.created_at := clock_timestamp();
  v_at_us := (extract(epoch from v_order.created_at) * 1000000)::bigint;
  -- As ledger.new_id.
  v_order.id := encode(set_byte(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(v_at_us / 1000) from 3) from 1),
    6, 112 | (v_at_us % 16)::integer), 'hex')::uuid;
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
  v_order.fee_amount := case when v_offer.is_house then v_offer.price_amount
    else v_offer.price_amount * v_offer.fee_basis_points / 10000 end;
  if v_offer.price_amount > 0 and (v_offer.wallet_id is null or v_offer.balance < v_offer.price_amount) then
    perform ledger.lock_wallet(p_buyer_id, v_offer.price_amount);
  end if;
  v_order.transaction_id := ledger.sell(v_offer.wallet_id, p_buyer_id,
    case when v_offer.is_house then null else v_offer.store_id end,
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
  -- As commerce.order_dto.
  v_answer := jsonb_build_object('id', v_order.id, 'handle', v_order.handle, 'version', v_order.version,
    'price', jsonb_build_object('amount', v_order.price_amount, 'currency', v_order.price_currency),
    'status', v_order.status, 'transactionId', v_order.transaction_id,
    'createdAt', to_char(v_order.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  with ordered as (
    insert into commerce.orders values (v_order.*)
  ), counted as (
    -- Noted, and added to the counter in batches: the counter of a best-seller is a row all its sales would wait for.
    insert into commerce.pending_sales (package_id, change) values (v_offer.id, 1)
  ), kept as (
    insert into commerce.idempotency_keys (user_id, key, fingerprint, status, response)
    select p_buyer_id, p_key, p_fingerprint, 201, v_answer where p_key is not null
  )
  insert into commerce.events (kind, order_id, package_id, store_id, buyer_id, created_at)
  values ('order.created', v_order.id, v_offer.id, v_offer.store_id, p_buyer_id, v_order.created_at);
  return v_answer;
end
$$;

create or replace function commerce.place_order(
  p_buyer_id uuid, p_handle text, p_expected_amount bigint, p_expected_currency text, p_actor_id uuid
) returns commerce.orders
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (commerce.sell(p_buyer_id, p_handle, p_expected_amount, p_expected_currency, p_actor_id, null, null) ->> 'id')::uuid;
  v_order commerce.orders;
begin
  -- For payments by card; whoever calls it has made sure that the buyer wants it.
  select o.* into strict v_order from commerce.orders o where o.id = v_id;
  return v_order;
end
$$;

create or replace function commerce.purchase(
  p_handle text, p_expected_amount bigint, p_expected_currency text, p_key text, p_fingerprint bytea
) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_known record;
begin
  -- Buys a package for the caller. With a key the first answer is the only one, whatever happens to the connection.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in to buy packages.');
  end if;
  if p_key is not null then
    -- As commerce.begin_request.
    if not pg_try_advisory_xact_lock(hashtextextended(v_user_id || p_key, 7307)) then
      perform catalog.refuse('409', 'idempotency_in_flight', 'The same request is still running. Ask again shortly.');
    end if;
    select k.fingerprint, k.response into v_known from commerce.idempotency_keys k
    where k.user_id = v_user_id and k.key = p_key;
    if found and v_known.fingerprint <> p_fingerprint then
      perform catalog.refuse('422', 'idempotency_key_reused', 'This Idempotency-Key came with another request before.');
    elsif found then
      return v_known.response;
    end if;
  end if;
  return commerce.sell(v_user_id, p_handle, p_expected_amount, p_expected_currency, v_user_id, p_key, p_fingerprint);
end
$$;

create or replace function commerce.follow_ledger(p_order commerce.orders) returns commerce.orders
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
    -- As a purchase: who limits the seats counts this right or its return, never half of it.
    perform pg_advisory_xact_lock_shared(hashtextextended(v_order.handle, 7310));
    delete from commerce.entitlements e where e.user_id = v_order.buyer_id and e.package_id = v_order.package_id
      and e.order_id = v_order.id;
    update commerce.stocks k set sold = k.sold - 1 where k.package_id = v_order.package_id and k.sold > 0;
    perform commerce.count_sale(v_order.package_id, -1);
  end if;
  return v_order;
end
$$;

create or replace function commerce.set_stock(p_handle text, p_seats bigint) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- How many of a package are sold at most; null: as many as are bought. By its store's owner or an operator.
  select p.id into v_package_id from catalog.packages p
  where p.handle = p_handle and (commerce.selling_role(p.store_id, p.id) = 'owner' or identity.is_operator());
  if v_package_id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  if p_seats is not null and p_seats not between 0 and 1000000000 then
    perform catalog.refuse('422', 'validation_failed', 'Seats are a number from 0.', 'seats');
  end if;
  -- Waits for the purchases of this package that have not seen a limit, and lets none begin: they are counted below.
  perform pg_advisory_xact_lock(hashtextextended(p_handle, 7310));
  if p_seats is null then
    delete from commerce.stocks k where k.package_id = v_package_id;
    return jsonb_build_object('handle', p_handle, 'seats', null, 'sold', null);
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

revoke execute on function ledger.set_minimum(),
  ledger.sell(bigint, uuid, uuid, text, bigint, bigint, timestamptz, jsonb, uuid),
  commerce.sell(uuid, text, bigint, text, uuid, text, bytea) from public;
