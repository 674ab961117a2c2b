-- Purchases that come at the same time are made by one statement. It decides the ordinary ones; what is out of the ordinary
-- it leaves alone, to be made by commerce.purchase as before.

create function commerce.refusal(p_status text, p_code text, p_message text, p_path text default '') returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  -- What catalog.refuse raises, for one of many who is refused while others are not.
  return jsonb_build_object('refused', jsonb_build_object('status', p_status, 'code', p_code, 'message', p_message,
    'path', p_path));
end
$$;

create function commerce.purchase_together(
  p_buyers uuid[], p_handles text[], p_amounts bigint[], p_currencies text[], p_keys text[], p_fingerprints bytea[]
) returns jsonb
language plpgsql security definer
set search_path = ''
-- Planned once a connection, whatever the length of the arrays; and each row is looked up by its key, also where that is
-- while the tables are still empty. Nothing here is worth compiling, whatever the planner thinks that it costs.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  -- Of orders and rights. Movements have a time of their own, after the locks.
  v_ordered_at timestamptz := clock_timestamp();
  v_ordered_ms bytea := substring(int8send((extract(epoch from v_ordered_at) * 1000)::bigint) from 3);
  v_ordered_json text := to_char(v_ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  v_at timestamptz;
  v_at_us bigint;
  v_at_bytes bytea;
  v_at_ms bytea;
  v_revenue record;
  v_states text[];
  v_item record;
  v_id uuid;
  v_provider uuid;
  v_context jsonb;
  v_hash bytea;
  v_account bigint;
  v_amount bigint;
  v_i integer;
  -- What is answered, and which of it is an order that was just made.
  v_results jsonb[];
  v_made integer[];
  -- What is written.
  v_orders commerce.orders[];
  v_transactions ledger.transactions[];
  v_earnings ledger.earnings[];
  v_entries ledger.entries[];
  -- The accounts that money moves on, each once, as the movements so far leave it.
  v_accounts bigint[];
  v_balances bigint[];
  v_counts bigint[];
  v_heads bytea[];
begin
  -- Each of several people buys one package, all or nothing, as by commerce.purchase. Answers one object for each, in order:
  -- {"order": what commerce.purchase answers}, {"refused": what it refuses with}, or {"alone": true}, which says that nothing
  -- was done and that commerce.purchase is to be asked. What somebody else holds is left alone instead of waited for.
  -- Written with few expressions: each is made ready anew by each transaction.
  for v_i in 1..coalesce(cardinality(p_buyers), 0) loop
    -- As commerce.purchase and commerce.sell: the key, and seats that nobody limits meanwhile. One purchase of each person.
    v_states[v_i] := case
      when array_position(p_buyers, p_buyers[v_i]) < v_i then 'alone'
      when p_keys[v_i] is not null
        and not pg_try_advisory_xact_lock(hashtextextended(p_buyers[v_i] || p_keys[v_i], 7307)) then 'in flight'
      when not pg_try_advisory_xact_lock_shared(hashtextextended(p_handles[v_i], 7310)) then 'alone'
      else 'open' end;
  end loop;

  -- One stripe of the platform's: this process's own or, where somebody holds that, the next that nobody holds. And of each
  -- seller's the one of that number.
  select a.id, a.stripe, a.balance, a.entry_count, a.head_hash into v_revenue from ledger.accounts a
  where a.kind = 'platform_revenue' and a.owner_id = '00000000-0000-0000-0000-000000000000' and a.currency = 'CRD'
    and a.stripe = pg_backend_pid() % 16
  for no key update skip locked;
  if not found then
    select a.id, a.stripe, a.balance, a.entry_count, a.head_hash into v_revenue from ledger.accounts a
    where a.kind = 'platform_revenue' and a.owner_id = '00000000-0000-0000-0000-000000000000' and a.currency = 'CRD'
    order by (a.stripe + 16 - pg_backend_pid() % 16) % 16 limit 1
    for no key update skip locked;
  end if;

  for v_item in
    with asked as materialized (
      select i.n::integer as n, i.buyer_id, i.handle, k.response, p.*, w.*, h.*,
        case
          when i.state <> 'open' then i.state
          when k.fingerprint <> i.fingerprint then 'reused'
          when k.fingerprint is not null then 'known'
          when p.package_id is null then 'unknown'
          when p.owner_id = i.buyer_id then 'own'
          when e.user_id is not null then 'owned'
          when p.price_amount is distinct from i.amount or p.price_currency is distinct from i.currency then 'changed'
          when p.is_limited or p.price_amount > 0 and (p.is_house or w.wallet_id is null or h.held_id is null) then 'alone'
          when p.price_amount > w.balance then 'poor'
          else 'good'
        end as verdict
      from unnest(p_buyers, p_handles, p_amounts, p_currencies, p_keys, p_fingerprints, v_states) with ordinality
        as i (buyer_id, handle, amount, currency, key, fingerprint, state, n)
      -- Limits, so that each row is looked up by its key.
      left join lateral (
        select k.fingerprint, k.response from commerce.idempotency_keys k
        where k.user_id = i.buyer_id and k.key = i.key limit 1) k on true
      left join lateral (
        select p.id as package_id, p.store_id, p.price_amount, p.price_currency, p.latest_version, s.owner_id,
          s.product_type = 'house' or s.owner_id is null as is_house, now() + c.dispute_window as release_at,
          p.price_amount * c.fee_basis_points / 10000 as fee,
          exists (select from commerce.stocks t where t.package_id = p.id) as is_limited
        from catalog.packages p join catalog.stores s on s.id = p.store_id join commerce.settings c on c.only_row
        where i.state = 'open' and p.handle = i.handle and p.status = 'approved' and p.is_available
          and p.latest_version is not null and s.status = 'approved'
        limit 1) p on true
      left join lateral (
        select e.user_id from commerce.entitlements e
        where e.user_id = i.buyer_id and e.package_id = p.package_id limit 1) e on true
      left join lateral (
        select a.id as wallet_id, a.balance, a.entry_count, a.head_hash from ledger.accounts a
        where p.price_amount > 0 and a.kind = 'wallet' and a.owner_id = i.buyer_id and a.currency = 'CRD' and a.stripe = 0
        for no key update skip locked) w on true
      left join lateral (
        select a.id as held_id, a.balance as held_balance, a.entry_count as held_count, a.head_hash as held_head
        from ledger.accounts a
        where p.price_amount > 0 and a.kind = 'seller_held' and a.owner_id = p.store_id and a.currency = 'CRD'
          and a.stripe = v_revenue.stripe
        for no key update skip locked) h on true
    ), granted as (
      -- Whoever asks twice at once waits here for the first, and is not granted it again.
      insert into commerce.entitlements (user_id, package_id, source, order_id, granted_at)
      select g.buyer_id, g.package_id, case when g.price_amount = 0 then 'free' else 'purchase' end,
        -- As ledger.new_id.
        encode(set_byte(overlay(uuid_send(gen_random_uuid()) placing v_ordered_ms from 1), 6, 112 | g.n % 16), 'hex')::uuid,
        v_ordered_at
      from asked g where g.verdict = 'good' order by g.buyer_id
      on conflict do nothing
      returning user_id, order_id
    )
    select g.*, o.order_id
    from asked g left join granted o on o.user_id = g.buyer_id and g.verdict = 'good'
    -- Sorted, so that all is locked before the first is looked at.
    order by g.n
  loop
    if v_item.order_id is null then
      v_results[v_item.n] := case v_item.verdict
        when 'in flight' then commerce.refusal('409', 'idempotency_in_flight',
          'The same request is still running. Ask again shortly.')
        when 'reused' then commerce.refusal('422', 'idempotency_key_reused',
          'This Idempotency-Key came with another request before.')
        when 'known' then jsonb_build_object('order', v_item.response)
        when 'unknown' then commerce.refusal('404', 'not_found', format('There is no package %s.', v_item.handle))
        when 'own' then commerce.refusal('403', 'own_package',
          'This package is yours already: it is your store that sells it.')
        when 'owned' then commerce.refusal('409', 'already_owned', format('%s is in your library already.', v_item.handle))
        when 'changed' then commerce.refusal('409', 'price_changed', format('%s now costs %s %s.', v_item.handle,
          to_char(v_item.price_amount / 100.0, 'FM999,999,990.00'), v_item.price_currency), 'expectedPrice')
        when 'poor' then commerce.refusal('402', 'payment_required', format('This costs %s and your wallet holds %s.',
          ledger.amount_of(v_item.price_amount), ledger.amount_of(v_item.balance)))
        else '{"alone": true}' end;
      continue;
    end if;
    if v_at is null then
      -- After the accounts are locked: within one account times never run backwards.
      v_at := clock_timestamp();
      v_at_us := (extract(epoch from v_at) * 1000000)::bigint;
      v_at_bytes := int8send(v_at_us);
      v_at_ms := substring(int8send(v_at_us / 1000) from 3);
    end if;
    -- As ledger.new_id.
    v_id := encode(set_byte(overlay(uuid_send(gen_random_uuid()) placing v_at_ms from 1), 6, 112 | v_item.n % 16), 'hex')::uuid;
    v_provider := case when not v_item.is_house then v_item.store_id end;
    v_context := jsonb_build_object('orderId', v_item.order_id, 'version', v_item.latest_version);
    -- As ledger.sell.
    v_hash := sha256(convert_to(row (v_id, 'purchase'::ledger.transaction_kind, 'settled'::ledger.transaction_status,
      v_item.buyer_id, v_provider, v_item.handle, v_item.price_amount, 'CRD'::ledger.currency, null::uuid, null::text,
      v_context, '{}'::jsonb, v_item.buyer_id, v_at_us)::text, 'UTF8'));
    v_transactions := v_transactions || row (v_id, 'purchase', 'settled', v_item.buyer_id, v_provider, v_item.handle,
      v_item.price_amount, 'CRD', null, null, v_context, '{}', v_item.buyer_id, v_at, null, v_hash)::ledger.transactions;
    if v_item.price_amount > 0 then
      v_earnings := v_earnings || row (v_id, v_item.store_id, v_item.held_id, v_revenue.id, v_item.price_amount,
        v_item.fee, 'held', v_item.release_at)::ledger.earnings;
      for v_leg in 1..3 loop
        v_amount := case v_leg when 1 then -v_item.price_amount when 2 then v_item.price_amount - v_item.fee else v_item.fee end;
        continue when v_amount = 0;
        v_account := case v_leg when 1 then v_item.wallet_id when 2 then v_item.held_id else v_revenue.id end;
        v_i := array_position(v_accounts, v_account);
        if v_i is null then
          v_accounts := v_accounts || v_account;
          v_i := cardinality(v_accounts);
          v_balances[v_i] := case v_leg when 1 then v_item.balance when 2 then v_item.held_balance
            else v_revenue.balance end;
          v_counts[v_i] := case v_leg when 1 then v_item.entry_count when 2 then v_item.held_count
            else v_revenue.entry_count end;
          v_heads[v_i] := case v_leg when 1 then v_item.head_hash when 2 then v_item.held_head
            else v_revenue.head_hash end;
        end if;
        v_balances[v_i] := v_balances[v_i] + v_amount;
        v_counts[v_i] := v_counts[v_i] + 1;
        v_heads[v_i] := sha256(v_heads[v_i] || v_hash || int2send(v_leg::smallint) || int8send(v_counts[v_i])
          || int8send(v_amount) || int8send(v_balances[v_i]) || v_at_bytes);
        v_entries := v_entries || row (v_id, v_leg, v_account, v_counts[v_i], v_amount, 'CRD', v_balances[v_i], v_at,
          v_heads[v_i])::ledger.entries;
      end loop;
    end if;
    v_orders := v_orders || row (v_item.order_id, v_item.buyer_id, v_item.store_id, v_item.package_id, v_item.handle,
      v_item.latest_version, v_item.price_amount, v_item.price_currency, v_item.fee, 'settled', v_id, v_ordered_at,
      v_ordered_at)::commerce.orders;
    -- As commerce.order_dto.
    v_results[v_item.n] := jsonb_build_object('order', jsonb_build_object('id', v_item.order_id, 'handle', v_item.handle,
      'version', v_item.latest_version,
      'price', jsonb_build_object('amount', v_item.price_amount, 'currency', v_item.price_currency),
      'status', 'settled', 'transactionId', v_id, 'createdAt', v_ordered_json));
    v_made := v_made || v_item.n;
  end loop;
  if v_made is null then
    return to_jsonb(v_results);
  end if;
  -- As ledger.sell and commerce.sell write them, each table once.
  with posted as (
    insert into ledger.transactions (id, kind, initial_status, payer_id, provider_id, subject, amount, currency, context,
      evidence, created_by, created_at, hash)
    select t.id, t.kind, t.initial_status, t.payer_id, t.provider_id, t.subject, t.amount, t.currency, t.context, t.evidence,
      t.created_by, t.created_at, t.hash
    from unnest(v_transactions) t
  ), earned as (
    insert into ledger.earnings select * from unnest(v_earnings)
  ), moved as (
    update ledger.accounts a set balance = l.balance, entry_count = l.entry_count, head_hash = l.head_hash
    from unnest(v_accounts, v_balances, v_counts, v_heads) as l (id, balance, entry_count, head_hash) where a.id = l.id
  ), entered as (
    insert into ledger.entries select * from unnest(v_entries)
  ), ordered as (
    insert into commerce.orders select * from unnest(v_orders)
  ), counted as (
    insert into commerce.pending_sales (package_id, change) select o.package_id, 1 from unnest(v_orders) o
  ), kept as (
    insert into commerce.idempotency_keys (user_id, key, fingerprint, status, response)
    select p_buyers[m], p_keys[m], p_fingerprints[m], 201, v_results[m] -> 'order' from unnest(v_made) m
    where p_keys[m] is not null
  )
  insert into commerce.events (kind, order_id, package_id, store_id, buyer_id, created_at)
  select 'order.created', o.id, o.package_id, o.seller_id, o.buyer_id, o.created_at from unnest(v_orders) o;
  return to_jsonb(v_results);
end
$$;

revoke execute on function commerce.refusal(text, text, text, text),
  commerce.purchase_together(uuid[], text[], bigint[], text[], text[], bytea[]) from public;
grant execute on function commerce.purchase_together(uuid[], text[], bigint[], text[], text[], bytea[]) to service_role;

-- So is a purchase by itself.
alter function commerce.purchase(text, bigint, text, text, bytea) set enable_seqscan = off set jit = off;
