-- A purchase in fewer statements: what is sold most often is written by three functions and eight statements, without
-- changing what is written. Each function call and each statement inside costs more than the rows do.

-- The key to the package made all sales of one package write to one row's lock; this trigger looks the other way round.
alter table commerce.entitlements drop constraint entitlements_package_id_fkey;
create function commerce.keep_sold_packages() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from commerce.entitlements e where e.package_id = old.id) then
    raise exception 'Somebody has a right to %.', old.handle using errcode = '23503';
  end if;
  return old;
end
$$;
create trigger keep_sold_packages before delete on catalog.packages
  for each row execute function commerce.keep_sold_packages();

create or replace function ledger.purchase(
  p_user_id uuid, p_store_id uuid, p_subject text, p_amount bigint, p_fee bigint, p_release_at timestamptz,
  p_context jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_wallet bigint;
  v_balance bigint;
  v_held bigint;
  v_revenue bigint;
  v_at timestamptz;
  v_at_us bigint;
  v_id uuid;
  v_hash bytea;
  v_written integer;
begin
  -- Takes the price from the buyer's wallet; the fee is the platform's, the rest the seller's, held until p_release_at.
  -- Without a store the platform sells and earns it all. A price of nothing is written down and moves nothing.
  -- Writes what lock_account and post_transaction write, in one statement instead of four functions.
  if p_amount = 0 or p_store_id is null then
    if p_amount > 0 then
      v_wallet := ledger.lock_wallet(p_user_id, p_amount);
      v_revenue := ledger.lock_account('platform_revenue', null, 'CRD');
    end if;
    return ledger.post_transaction('purchase', 'settled', p_user_id, p_store_id, p_subject, p_amount, 'CRD',
      case when p_amount > 0 then array[v_wallet, v_revenue] else '{}' end,
      case when p_amount > 0 then array[-p_amount, p_amount] else '{}' end, null, null, p_context, '{}', p_actor_id);
  end if;
  select a.id, a.balance into v_wallet, v_balance from ledger.accounts a
  where a.kind = 'wallet' and a.owner_id = p_user_id and a.currency = 'CRD' and a.stripe = 0 for no key update;
  if v_wallet is null or v_balance < p_amount then
    perform ledger.lock_wallet(p_user_id, p_amount);
  end if;
  select a.id into v_held from ledger.accounts a
  where a.kind = 'seller_held' and a.owner_id = p_store_id and a.currency = 'CRD'
  order by a.stripe limit 1 for no key update skip locked;
  if v_held is null then
    v_held := ledger.lock_account('seller_held', p_store_id, 'CRD');
  end if;
  select a.id into v_revenue from ledger.accounts a
  where a.kind = 'platform_revenue' and a.owner_id = '00000000-0000-0000-0000-000000000000' and a.currency = 'CRD'
  order by a.stripe limit 1 for no key update skip locked;
  if v_revenue is null then
    v_revenue := ledger.lock_account('platform_revenue', null, 'CRD');
  end if;
  -- After the accounts are locked: within one account times never run backwards.
  v_at := clock_timestamp();
  v_at_us := (extract(epoch from v_at) * 1000000)::bigint;
  v_id := ledger.new_id(v_at_us);
  v_hash := sha256(convert_to(row (v_id, 'purchase'::ledger.transaction_kind, 'settled'::ledger.transaction_status,
    p_user_id, p_store_id, p_subject, p_amount, 'CRD'::ledger.currency, null::uuid, null::text, p_context, '{}'::jsonb,
    p_actor_id, v_at_us)::text, 'UTF8'));
  with posted as (
    insert into ledger.transactions (id, kind, initial_status, payer_id, provider_id, subject, amount, currency, context,
      evidence, created_by, created_at, hash)
    values (v_id, 'purchase', 'settled', p_user_id, p_store_id, p_subject, p_amount, 'CRD', p_context, '{}', p_actor_id,
      v_at, v_hash)
  ), earned as (
    insert into ledger.earnings (transaction_id, store_id, held_account_id, fee_account_id, amount, fee, release_at)
    values (v_id, p_store_id, v_held, v_revenue, p_amount, p_fee, p_release_at)
  ), legs (account_id, amount, leg) as (
    values (v_wallet, -p_amount, 1::smallint), (v_held, p_amount - p_fee, 2::smallint), (v_revenue, p_fee, 3::smallint)
  ), moved as (
    update ledger.accounts a set
      balance = a.balance + l.amount,
      entry_count = a.entry_count + 1,
      head_hash = sha256(a.head_hash || v_hash || int2send(l.leg) || int8send(a.entry_count + 1) || int8send(l.amount)
        || int8send(a.balance + l.amount) || int8send(v_at_us))
    from legs l where a.id = l.account_id and l.amount <> 0
    returning a.id, l.leg, l.amount, a.balance, a.entry_count, a.head_hash
  )
  insert into ledger.entries (transaction_id, leg, account_id, sequence, amount, currency, balance_after, created_at, hash)
  select v_id, m.leg, m.id, m.entry_count, m.amount, 'CRD', m.balance, v_at, m.head_hash from moved m;
  get diagnostics v_written = row_count;
  if v_written <> 3 - (p_fee = 0)::integer - (p_fee = p_amount)::integer then
    raise exception 'Each leg needs an account of its own.' using errcode = '23514';
  end if;
  return v_id;
end
$$;

create or replace function commerce.place_order(
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
  select p.id, p.store_id, p.price_amount, p.price_currency, p.latest_version, s.owner_id,
    s.product_type = 'house' or s.owner_id is null as is_house, c.fee_basis_points, c.dispute_window,
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
  v_order.created_at := clock_timestamp();
  v_order.id := ledger.new_id((extract(epoch from v_order.created_at) * 1000000)::bigint);
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
  v_order.transaction_id := ledger.purchase(p_buyer_id, case when v_offer.is_house then null else v_offer.store_id end,
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
  with ordered as (
    insert into commerce.orders values (v_order.*)
  ), counted as (
    -- Noted, and added to the counter in batches: the counter of a best-seller is a row all its sales would wait for.
    insert into commerce.pending_sales (package_id, change) values (v_offer.id, 1)
  )
  insert into commerce.events (kind, order_id, package_id, store_id, buyer_id, created_at)
  values ('order.created', v_order.id, v_offer.id, v_offer.store_id, p_buyer_id, v_order.created_at);
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
  v_answer jsonb;
  v_order commerce.orders;
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
  v_order := commerce.place_order(v_user_id, p_handle, p_expected_amount, p_expected_currency, v_user_id);
  v_answer := commerce.order_dto(v_order);
  if p_key is not null then
    insert into commerce.idempotency_keys (user_id, key, fingerprint, status, response)
    values (v_user_id, p_key, p_fingerprint, 201, v_answer);
  end if;
  return v_answer;
end
$$;

create or replace function commerce.count_sale(p_package_id uuid, p_change integer) returns void
language sql
set search_path = ''
as $$
  insert into commerce.pending_sales (package_id, change) values (p_package_id, p_change)
$$;
-- The few rows that wait are read whole.
drop index commerce.pending_sales_by_package;

-- The user goes, and with them what they had a right to, as before, but without a lock on the user's row by each sale.
alter table commerce.entitlements drop constraint entitlements_user_id_fkey;
create function commerce.forget_entitlements() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from commerce.entitlements e where e.user_id = old.id;
  return null;
end
$$;
create trigger forget_entitlements after delete on auth.users
  for each row execute function commerce.forget_entitlements();

revoke execute on function commerce.keep_sold_packages(), commerce.forget_entitlements() from public;
