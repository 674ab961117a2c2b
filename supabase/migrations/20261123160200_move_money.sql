-- The movements: each function is one whole movement of money, with the status it changes, in the caller's transaction.
-- Functions that take a key answer the transaction already written under it instead of writing a second one.

create function ledger.amount_of(p_amount bigint) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return ltrim(to_char(p_amount, '999,999,999,999,990')) || case when p_amount = 1 then ' credit' else ' credits' end;
end
$$;

create function ledger.top_up(p_user_id uuid, p_amount bigint, p_key text, p_context jsonb, p_evidence jsonb) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_wallet bigint;
  v_debt_account bigint;
  v_debt bigint;
  v_platform bigint[];
begin
  -- Money that a card paid (USD) becomes credits (CRD); what the person owes from an earlier reversal is settled first.
  if v_id is not null then
    return v_id;
  end if;
  if p_amount <= 0 then
    perform catalog.refuse('422', 'validation_failed', 'A top-up is of at least one cent.', 'amount');
  end if;
  v_wallet := ledger.lock_account('wallet', p_user_id, 'CRD');
  select a.id, least(-a.balance, p_amount) into v_debt_account, v_debt from ledger.accounts a
  where a.kind = 'receivable' and a.owner_id = p_user_id and a.currency = 'CRD' and a.stripe = 0 for no key update;
  v_platform := array[ledger.lock_account('conversion', null, 'CRD'), ledger.lock_account('conversion', null, 'USD'),
    ledger.lock_account('stripe_clearing', null, 'USD')];
  if coalesce(v_debt, 0) > 0 then
    return ledger.post_transaction('top_up', 'settled', p_user_id, null, 'wallet', p_amount, 'USD',
      array[v_wallet, v_debt_account] || v_platform, array[p_amount - v_debt, v_debt, -p_amount, p_amount, -p_amount],
      null, p_key, p_context, p_evidence, p_user_id);
  end if;
  return ledger.post_transaction('top_up', 'settled', p_user_id, null, 'wallet', p_amount, 'USD',
    array[v_wallet] || v_platform, array[p_amount, -p_amount, p_amount, -p_amount],
    null, p_key, p_context, p_evidence, p_user_id);
end
$$;

create function ledger.grant_credits(
  p_user_id uuid, p_amount bigint, p_key text, p_context jsonb, p_actor_id uuid default null
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
begin
  -- Credits as a gift of the platform.
  if v_id is not null then
    return v_id;
  end if;
  return ledger.post_transaction('grant', 'settled', p_user_id, null, 'wallet', p_amount, 'CRD',
    array[ledger.lock_account('wallet', p_user_id, 'CRD'), ledger.lock_account('promotion', null, 'CRD')],
    array[p_amount, -p_amount], null, p_key, p_context, '{}', p_actor_id);
end
$$;

create function ledger.take_back(p_user_id uuid, p_amount bigint, out accounts bigint[], out amounts bigint[])
language plpgsql
set search_path = ''
as $$
declare
  v_wallet bigint := ledger.lock_account('wallet', p_user_id, 'CRD');
  v_debt_account bigint := ledger.lock_account('receivable', p_user_id, 'CRD');
  v_available bigint := least(ledger.lock_known_account(v_wallet), p_amount);
begin
  -- The legs that take an amount from a wallet as far as it reaches and write the rest down as owed.
  accounts := array[v_wallet, v_debt_account];
  amounts := array[-v_available, v_available - p_amount];
end
$$;

create function ledger.reverse_top_up(
  p_transaction_id uuid, p_amount bigint, p_key text, p_reason text, p_evidence jsonb, p_actor_id uuid default null
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_top_up ledger.transactions;
  v_reversed bigint;
  v_legs record;
begin
  -- A card refund, whole or in part. The whole top-up reversed makes it refunded.
  if v_id is not null then
    return v_id;
  end if;
  v_top_up := ledger.lock_transaction(p_transaction_id);
  select coalesce(sum(t.amount), 0) into v_reversed from ledger.transactions t
  where t.parent_id = p_transaction_id and t.kind = 'top_up_reversal';
  if v_top_up.kind <> 'top_up' or ledger.status_of(p_transaction_id) <> 'settled'
     or p_amount <= 0 or v_reversed + p_amount > v_top_up.amount then
    perform catalog.refuse('409', 'conflict', 'This much of the top-up cannot be reversed.');
  end if;
  v_legs := ledger.take_back(v_top_up.payer_id, p_amount);
  v_id := ledger.post_transaction('top_up_reversal', 'settled', v_top_up.payer_id, null, 'wallet', p_amount, 'USD',
    v_legs.accounts || array[ledger.lock_account('conversion', null, 'CRD'),
      ledger.lock_account('conversion', null, 'USD'), ledger.lock_account('stripe_clearing', null, 'USD')],
    v_legs.amounts || array[p_amount, -p_amount, p_amount],
    p_transaction_id, p_key, '{}', p_evidence, p_actor_id);
  if v_reversed + p_amount = v_top_up.amount then
    perform ledger.change_status(p_transaction_id, 'refunded', v_id, p_reason, p_evidence, p_actor_id);
  end if;
  return v_id;
end
$$;

create function ledger.record_stripe_fee(p_amount bigint, p_parent_id uuid, p_key text, p_evidence jsonb) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
begin
  -- What Stripe kept for itself: an expense of the platform.
  if v_id is not null then
    return v_id;
  end if;
  return ledger.post_transaction('stripe_fee', 'settled', null, null, 'stripe', p_amount, 'USD',
    array[ledger.lock_account('stripe_clearing', null, 'USD'), ledger.lock_account('stripe_fees', null, 'USD')],
    array[p_amount, -p_amount], p_parent_id, p_key, '{}', p_evidence, null);
end
$$;

create function ledger.lock_wallet(p_user_id uuid, p_amount bigint) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_id bigint;
  v_balance bigint;
begin
  -- The wallet, locked, when it can pay this.
  select a.id, a.balance into v_id, v_balance from ledger.accounts a
  where a.kind = 'wallet' and a.owner_id = p_user_id and a.currency = 'CRD' and a.stripe = 0 for no key update;
  if v_id is null or v_balance < p_amount then
    perform catalog.refuse('402', 'payment_required', format('This costs %s and your wallet holds %s.',
      ledger.amount_of(p_amount), ledger.amount_of(coalesce(v_balance, 0))));
  end if;
  return v_id;
end
$$;

create function ledger.purchase(
  p_user_id uuid, p_store_id uuid, p_subject text, p_amount bigint, p_fee bigint, p_release_at timestamptz,
  p_context jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_wallet bigint;
  v_held bigint;
  v_revenue bigint;
  v_id uuid;
begin
  -- Takes the price from the buyer's wallet; the fee is the platform's, the rest the seller's, held until p_release_at.
  -- Without a store the platform sells and earns it all. A price of nothing is written down and moves nothing.
  if p_amount = 0 then
    return ledger.post_transaction('purchase', 'settled', p_user_id, p_store_id, p_subject, 0, 'CRD', '{}', '{}',
      null, null, p_context, '{}', p_actor_id);
  end if;
  v_wallet := ledger.lock_wallet(p_user_id, p_amount);
  if p_store_id is null then
    v_revenue := ledger.lock_account('platform_revenue', null, 'CRD');
    return ledger.post_transaction('purchase', 'settled', p_user_id, null, p_subject, p_amount, 'CRD',
      array[v_wallet, v_revenue], array[-p_amount, p_amount], null, null, p_context, '{}', p_actor_id);
  end if;
  v_held := ledger.lock_account('seller_held', p_store_id, 'CRD');
  v_revenue := ledger.lock_account('platform_revenue', null, 'CRD');
  v_id := ledger.post_transaction('purchase', 'settled', p_user_id, p_store_id, p_subject, p_amount, 'CRD',
    array[v_wallet, v_held, v_revenue], array[-p_amount, p_amount - p_fee, p_fee], null, null, p_context, '{}',
    p_actor_id);
  insert into ledger.earnings (transaction_id, store_id, held_account_id, fee_account_id, amount, fee, release_at)
  values (v_id, p_store_id, v_held, v_revenue, p_amount, p_fee, p_release_at);
  return v_id;
end
$$;

create function ledger.hold(
  p_user_id uuid, p_amount bigint, p_expires_at timestamptz, p_store_id uuid, p_subject text, p_key text,
  p_context jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_wallet bigint;
  v_held bigint;
begin
  -- Sets an amount of the wallet aside: pending until captured, voided or expired.
  if v_id is not null then
    return v_id;
  end if;
  if p_amount <= 0 or p_expires_at <= now() then
    perform catalog.refuse('422', 'validation_failed', 'A hold is of at least one credit and ends in the future.');
  end if;
  v_wallet := ledger.lock_wallet(p_user_id, p_amount);
  v_held := ledger.lock_account('wallet_held', p_user_id, 'CRD');
  v_id := ledger.post_transaction('hold', 'pending', p_user_id, p_store_id, p_subject, p_amount, 'CRD',
    array[v_wallet, v_held], array[-p_amount, p_amount], null, p_key, p_context, '{}', p_actor_id);
  insert into ledger.holds (transaction_id, account_id, amount, remaining, expires_at)
  values (v_id, v_held, p_amount, p_amount, p_expires_at);
  return v_id;
end
$$;

create function ledger.lock_hold(p_hold_id uuid) returns ledger.holds
language plpgsql
set search_path = ''
as $$
declare
  v_hold ledger.holds;
begin
  select h.* into v_hold from ledger.holds h where h.transaction_id = p_hold_id for no key update;
  if v_hold.transaction_id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such hold.');
  elsif not v_hold.is_open then
    perform catalog.refuse('409', 'conflict', format('This hold is %s.', ledger.status_of(p_hold_id)));
  end if;
  return v_hold;
end
$$;

create function ledger.extend_hold(
  p_hold_id uuid, p_amount bigint, p_expires_at timestamptz, p_key text, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_hold ledger.holds;
  v_origin ledger.transactions;
begin
  -- Sets more aside, for longer.
  if v_id is not null then
    return v_id;
  end if;
  v_hold := ledger.lock_hold(p_hold_id);
  select t.* into v_origin from ledger.transactions t where t.id = p_hold_id;
  if p_amount < 0 then
    perform catalog.refuse('422', 'validation_failed', 'A hold is only ever extended.');
  end if;
  v_id := ledger.post_transaction('hold_extension', 'settled', v_origin.payer_id, v_origin.provider_id, v_origin.subject,
    p_amount, 'CRD', array[ledger.lock_wallet(v_origin.payer_id, p_amount), v_hold.account_id],
    array[-p_amount, p_amount], p_hold_id, p_key, '{}', '{}', p_actor_id);
  update ledger.holds h set amount = h.amount + p_amount, remaining = h.remaining + p_amount,
    expires_at = greatest(h.expires_at, p_expires_at)
  where h.transaction_id = p_hold_id;
  return v_id;
end
$$;

create function ledger.charge_hold(
  p_hold_id uuid, p_kind ledger.transaction_kind, p_amount bigint, p_fee bigint, p_release_at timestamptz, p_is_final boolean, p_key text,
  p_context jsonb, p_evidence jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_hold ledger.holds;
  v_origin ledger.transactions;
  v_wallet bigint;
  v_held bigint;
  v_revenue bigint;
  v_rest bigint;
begin
  -- Takes an amount of what is held: the fee for the platform, the rest held for the seller. The final charge ('capture')
  -- gives the remainder back and settles the hold; others ('metering_charge') leave it open.
  if v_id is not null then
    return v_id;
  end if;
  v_hold := ledger.lock_hold(p_hold_id);
  select t.* into v_origin from ledger.transactions t where t.id = p_hold_id;
  if p_kind not in ('capture', 'metering_charge') or p_amount <= 0 or p_fee not between 0 and p_amount then
    perform catalog.refuse('422', 'validation_failed', 'A charge is of at least one credit.', 'amount');
  elsif p_amount > v_hold.remaining then
    perform catalog.refuse('409', 'conflict', format('Only %s are held.', ledger.amount_of(v_hold.remaining)));
  end if;
  v_rest := case when p_is_final then v_hold.remaining - p_amount else 0 end;
  v_wallet := ledger.lock_account('wallet', v_origin.payer_id, 'CRD');
  perform ledger.lock_known_account(v_hold.account_id);
  v_held := case when v_origin.provider_id is not null
    then ledger.lock_account('seller_held', v_origin.provider_id, 'CRD') end;
  v_revenue := ledger.lock_account('platform_revenue', null, 'CRD');
  v_id := ledger.post_transaction(p_kind, 'settled', v_origin.payer_id, v_origin.provider_id, v_origin.subject,
    p_amount, 'CRD',
    array[v_wallet, v_hold.account_id, v_revenue] || case when v_held is null then '{}' else array[v_held] end,
    array[v_rest, -p_amount - v_rest, case when v_held is null then p_amount else p_fee end]
      || case when v_held is null then '{}' else array[p_amount - p_fee] end,
    p_hold_id, p_key, p_context, p_evidence, p_actor_id);
  update ledger.holds h set remaining = h.remaining - p_amount - v_rest, is_open = not p_is_final
  where h.transaction_id = p_hold_id;
  if v_held is not null then
    insert into ledger.earnings (transaction_id, store_id, held_account_id, fee_account_id, amount, fee, release_at)
    values (v_id, v_origin.provider_id, v_held, v_revenue, p_amount, p_fee, p_release_at);
  end if;
  if p_is_final then
    perform ledger.lock_transaction(p_hold_id);
    perform ledger.change_status(p_hold_id, 'settled', v_id, 'captured', '{}', p_actor_id);
  end if;
  return v_id;
end
$$;

create function ledger.close_hold(p_hold_id uuid, p_status ledger.transaction_status, p_reason text, p_actor_id uuid) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hold ledger.holds := ledger.lock_hold(p_hold_id);
  v_origin ledger.transactions;
  v_wallet bigint;
  v_id uuid;
begin
  -- Gives back what is still held. `voided` or `expired`; a hold that was charged meanwhile is settled instead.
  select t.* into v_origin from ledger.transactions t where t.id = p_hold_id;
  v_wallet := ledger.lock_account('wallet', v_origin.payer_id, 'CRD');
  perform ledger.lock_known_account(v_hold.account_id);
  v_id := ledger.post_transaction('hold_release', 'settled', v_origin.payer_id, v_origin.provider_id, v_origin.subject,
    v_hold.remaining, 'CRD', array[v_wallet, v_hold.account_id], array[v_hold.remaining, -v_hold.remaining],
    p_hold_id, null, '{}', '{}', p_actor_id);
  update ledger.holds h set remaining = 0, is_open = false where h.transaction_id = p_hold_id;
  perform ledger.lock_transaction(p_hold_id);
  perform ledger.change_status(p_hold_id, case when v_hold.remaining < v_hold.amount then 'settled' else p_status end,
    v_id,
    p_reason, '{}', p_actor_id);
  return v_id;
end
$$;

create function ledger.expire_holds(p_limit integer default 500) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hold_id uuid;
  v_count integer := 0;
begin
  -- Gives back every hold whose time is over. Safe to call from several places at once.
  for v_hold_id in
    select h.transaction_id from ledger.holds h where h.is_open and h.expires_at <= now()
    order by h.account_id, h.transaction_id limit p_limit for no key update skip locked
  loop
    perform ledger.close_hold(v_hold_id, 'expired', 'its time was over', null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function ledger.release_earnings(p_limit integer default 500) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_earning record;
  v_count integer := 0;
  v_legs bigint[];
begin
  -- Makes payable what was held until now, one transaction for each sale, so that a payout can be explained line by line.
  -- One releaser at a time: two would lock a seller's accounts in different orders.
  if not pg_try_advisory_xact_lock(7306) then
    return 0;
  end if;
  for v_earning in
    select g.*, t.payer_id, t.subject
    from (select distinct a.owner_id from ledger.accounts a where a.kind = 'seller_held' and a.balance > 0) sellers
    join ledger.earnings g on g.store_id = sellers.owner_id and g.state = 'held' and g.release_at <= now()
    join ledger.transactions t on t.id = g.transaction_id
    limit p_limit for no key update of g skip locked
  loop
    perform ledger.lock_known_account(v_earning.held_account_id);
    v_legs := array[v_earning.held_account_id, ledger.lock_account('seller_payable', v_earning.store_id, 'CRD')];
    perform ledger.post_transaction('earning_release', 'settled', v_earning.payer_id, v_earning.store_id,
      v_earning.subject, v_earning.amount - v_earning.fee, 'CRD', v_legs,
      array[v_earning.fee - v_earning.amount, v_earning.amount - v_earning.fee], v_earning.transaction_id);
    update ledger.earnings g set state = 'payable' where g.transaction_id = v_earning.transaction_id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function ledger.lock_earning_source(p_earning ledger.earnings) returns bigint
language plpgsql
set search_path = ''
as $$
begin
  -- Where a sale's money stands now, locked; null when it was returned.
  if p_earning.state = 'held' then
    perform ledger.lock_known_account(p_earning.held_account_id);
    return p_earning.held_account_id;
  end if;
  return case p_earning.state
    when 'payable' then ledger.lock_account('seller_payable', p_earning.store_id, 'CRD')
    when 'disputed' then ledger.lock_account('seller_disputed', p_earning.store_id, 'CRD') end;
end
$$;

create function ledger.refund(
  p_transaction_id uuid, p_key text, p_reason text, p_evidence jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_sale ledger.transactions;
  v_earning ledger.earnings;
  v_wallet bigint;
  v_source bigint;
begin
  -- Gives the buyer back what a sale or a charge took, the platform's fee included. A seller whose money was paid out
  -- already owes it: their payable account goes below zero and the next payout is smaller.
  if v_id is not null then
    return v_id;
  end if;
  v_sale := ledger.lock_transaction(p_transaction_id);
  if v_sale.kind not in ('purchase', 'capture', 'metering_charge') then
    perform catalog.refuse('409', 'conflict', format('A %s cannot be refunded.', v_sale.kind));
  elsif ledger.status_of(p_transaction_id) not in ('settled', 'disputed') then
    perform catalog.refuse('409', 'conflict', format('This is %s already.', ledger.status_of(p_transaction_id)));
  end if;
  if v_sale.amount = 0 then
    v_id := ledger.post_transaction('refund', 'settled', v_sale.payer_id, v_sale.provider_id, v_sale.subject, 0, 'CRD',
      '{}', '{}', p_transaction_id, p_key, '{}', p_evidence, p_actor_id);
  else
    select g.* into v_earning from ledger.earnings g where g.transaction_id = p_transaction_id for no key update;
    v_wallet := ledger.lock_account('wallet', v_sale.payer_id, 'CRD');
    if v_earning.transaction_id is null then
      v_id := ledger.post_transaction('refund', 'settled', v_sale.payer_id, null, v_sale.subject, v_sale.amount, 'CRD',
        array[v_wallet, ledger.lock_account('platform_revenue', null, 'CRD')], array[v_sale.amount, -v_sale.amount],
        p_transaction_id, p_key, '{}', p_evidence, p_actor_id);
    else
      v_source := ledger.lock_earning_source(v_earning);
      perform ledger.lock_known_account(v_earning.fee_account_id);
      v_id := ledger.post_transaction('refund', 'settled', v_sale.payer_id, v_sale.provider_id, v_sale.subject,
        v_sale.amount, 'CRD', array[v_wallet, v_source, v_earning.fee_account_id],
        array[v_sale.amount, v_earning.fee - v_earning.amount, -v_earning.fee], p_transaction_id, p_key, '{}',
        p_evidence, p_actor_id);
      update ledger.earnings g set state = 'returned' where g.transaction_id = p_transaction_id;
    end if;
  end if;
  perform ledger.change_status(p_transaction_id, 'refunded', v_id, p_reason, p_evidence, p_actor_id);
  return v_id;
end
$$;

create function ledger.open_dispute(
  p_transaction_id uuid, p_key text, p_reason text, p_evidence jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_disputed ledger.transactions;
  v_earning ledger.earnings;
  v_legs record;
  v_accounts bigint[] := '{}';
  v_amounts bigint[] := '{}';
begin
  -- A settled sale becomes disputed and the seller's share of it is put where it can be neither released nor paid out.
  -- A disputed top-up (a chargeback) takes the credits back, as far as the wallet reaches.
  if v_id is not null then
    return v_id;
  end if;
  v_disputed := ledger.lock_transaction(p_transaction_id);
  if v_disputed.kind not in ('purchase', 'capture', 'metering_charge', 'top_up')
     or ledger.status_of(p_transaction_id) <> 'settled' then
    perform catalog.refuse('409', 'conflict',
      format('This is %s and cannot be disputed.', ledger.status_of(p_transaction_id)));
  end if;
  if v_disputed.kind = 'top_up' then
    if exists (select from ledger.transactions t where t.parent_id = p_transaction_id and t.kind = 'top_up_reversal') then
      perform catalog.refuse('409', 'conflict', 'A part of this top-up was reversed already.');
    end if;
    v_legs := ledger.take_back(v_disputed.payer_id, v_disputed.amount);
    v_accounts := v_legs.accounts || ledger.lock_account('topup_disputed', v_disputed.payer_id, 'CRD');
    v_amounts := v_legs.amounts || v_disputed.amount;
  else
    select g.* into v_earning from ledger.earnings g where g.transaction_id = p_transaction_id for no key update;
    if v_earning.transaction_id is not null then
      v_accounts := array[ledger.lock_earning_source(v_earning),
        ledger.lock_account('seller_disputed', v_earning.store_id, 'CRD')];
      v_amounts := array[v_earning.fee - v_earning.amount, v_earning.amount - v_earning.fee];
      update ledger.earnings g set state = 'disputed' where g.transaction_id = p_transaction_id;
    end if;
  end if;
  v_id := ledger.post_transaction('dispute_open', 'settled', v_disputed.payer_id, v_disputed.provider_id,
    v_disputed.subject, v_disputed.amount, v_disputed.currency, v_accounts, v_amounts, p_transaction_id, p_key, '{}',
    p_evidence, p_actor_id);
  perform ledger.change_status(p_transaction_id, 'disputed', v_id, p_reason, p_evidence, p_actor_id);
  return v_id;
end
$$;

create function ledger.resolve_dispute(
  p_transaction_id uuid, p_outcome ledger.transaction_status, p_key text, p_reason text, p_evidence jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_disputed ledger.transactions;
  v_earning ledger.earnings;
  v_accounts bigint[] := '{}';
  v_amounts bigint[] := '{}';
begin
  -- `refunded`: the buyer (or the card's holder) has the money. `upheld`: the sale stands and its money is payable;
  -- a top-up that stands is what it was before the dispute.
  if v_id is not null then
    return v_id;
  end if;
  v_disputed := ledger.lock_transaction(p_transaction_id);
  if p_outcome not in ('refunded', 'upheld') or ledger.status_of(p_transaction_id) <> 'disputed' then
    perform catalog.refuse('409', 'conflict', format('This is %s.', ledger.status_of(p_transaction_id)));
  end if;
  if v_disputed.kind <> 'top_up' and p_outcome = 'refunded' then
    return ledger.refund(p_transaction_id, p_key, p_reason, p_evidence, p_actor_id);
  end if;
  if v_disputed.kind = 'top_up' and p_outcome = 'refunded' then
    v_accounts := array[ledger.lock_account('topup_disputed', v_disputed.payer_id, 'CRD'),
      ledger.lock_account('conversion', null, 'CRD'), ledger.lock_account('conversion', null, 'USD'),
      ledger.lock_account('stripe_clearing', null, 'USD')];
    v_amounts := array[-v_disputed.amount, v_disputed.amount, -v_disputed.amount, v_disputed.amount];
  elsif v_disputed.kind = 'top_up' then
    perform ledger.lock_account('wallet', v_disputed.payer_id, 'CRD');
    perform ledger.lock_account('receivable', v_disputed.payer_id, 'CRD');
    perform ledger.lock_account('topup_disputed', v_disputed.payer_id, 'CRD');
    select array_agg(e.account_id order by e.leg), array_agg(-e.amount order by e.leg) into v_accounts, v_amounts
    from ledger.transitions n join ledger.entries e on e.transaction_id = n.movement_id
    where n.transaction_id = p_transaction_id and n.to_status = 'disputed';
  else
    select g.* into v_earning from ledger.earnings g where g.transaction_id = p_transaction_id for no key update;
    if v_earning.transaction_id is not null then
      v_accounts := array[ledger.lock_account('seller_payable', v_earning.store_id, 'CRD'),
        ledger.lock_account('seller_disputed', v_earning.store_id, 'CRD')];
      v_amounts := array[v_earning.amount - v_earning.fee, v_earning.fee - v_earning.amount];
      update ledger.earnings g set state = 'payable' where g.transaction_id = p_transaction_id;
    end if;
  end if;
  v_id := ledger.post_transaction(case when p_outcome = 'upheld' then 'dispute_upheld' else 'top_up_reversal' end::ledger.transaction_kind,
    'settled', v_disputed.payer_id, v_disputed.provider_id, v_disputed.subject, v_disputed.amount, v_disputed.currency,
    v_accounts, v_amounts, p_transaction_id, p_key, '{}', p_evidence, p_actor_id);
  perform ledger.change_status(p_transaction_id, p_outcome, v_id, p_reason, p_evidence, p_actor_id);
  return v_id;
end
$$;

create function ledger.reserve_payout(p_store_id uuid, p_minimum bigint, p_key text, p_actor_id uuid default null)
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_payable bigint;
  v_transit bigint;
  v_balance bigint;
  v_through bigint;
  v_after bigint;
begin
  -- Puts all that is payable to a store on its way: pending until it is paid or fails. Null when it is below the minimum.
  if v_id is not null then
    return v_id;
  end if;
  v_payable := ledger.lock_account('seller_payable', p_store_id, 'CRD');
  select a.balance, a.entry_count into v_balance, v_through from ledger.accounts a where a.id = v_payable;
  if v_balance < greatest(p_minimum, 1) then
    return null;
  end if;
  -- The entry that follows the last payout's lines is that payout itself.
  select coalesce(max(p.through_sequence) + 1, 0) into v_after from ledger.payouts p where p.store_id = p_store_id;
  v_transit := ledger.lock_account('payout_transit', p_store_id, 'CRD');
  v_id := ledger.post_transaction('payout', 'pending', null, p_store_id, 'payout', v_balance, 'CRD',
    array[v_payable, v_transit], array[-v_balance, v_balance], null, p_key, '{}', '{}', p_actor_id);
  insert into ledger.payouts (transaction_id, store_id, amount, after_sequence, through_sequence)
  values (v_id, p_store_id, v_balance, v_after, v_through);
  return v_id;
end
$$;

create function ledger.finish_payout(
  p_payout_id uuid, p_outcome text, p_reason text, p_evidence jsonb, p_actor_id uuid default null
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_payout ledger.payouts;
  v_accounts bigint[];
  v_id uuid;
begin
  -- `paid`: the money has left through Stripe. `failed`: it is payable again. Said twice, it is done once.
  perform ledger.lock_transaction(p_payout_id);
  select p.* into v_payout from ledger.payouts p where p.transaction_id = p_payout_id for no key update;
  if v_payout.state = p_outcome then
    return (select n.movement_id from ledger.transitions n where n.transaction_id = p_payout_id and n.sequence = 1);
  elsif v_payout.state is distinct from 'reserved' or p_outcome not in ('paid', 'failed') then
    perform catalog.refuse('409', 'conflict', format('This payout is %s.', coalesce(v_payout.state, 'unknown')));
  end if;
  if p_outcome = 'paid' then
    v_accounts := array[ledger.lock_account('payout_transit', v_payout.store_id, 'CRD'),
      ledger.lock_account('conversion', null, 'CRD'), ledger.lock_account('conversion', null, 'USD'),
      ledger.lock_account('stripe_clearing', null, 'USD')];
    v_id := ledger.post_transaction('payout_paid', 'settled', null, v_payout.store_id, 'payout', v_payout.amount, 'USD',
      v_accounts, array[-v_payout.amount, v_payout.amount, -v_payout.amount, v_payout.amount],
      p_payout_id, null, '{}', p_evidence, p_actor_id);
  else
    v_accounts := array[ledger.lock_account('seller_payable', v_payout.store_id, 'CRD'),
      ledger.lock_account('payout_transit', v_payout.store_id, 'CRD')];
    v_id := ledger.post_transaction('payout_failed', 'settled', null, v_payout.store_id, 'payout', v_payout.amount, 'CRD',
      v_accounts, array[v_payout.amount, -v_payout.amount], p_payout_id, null, '{}', p_evidence, p_actor_id);
  end if;
  update ledger.payouts p set state = p_outcome, evidence = p_evidence, finished_at = now()
  where p.transaction_id = p_payout_id;
  perform ledger.change_status(p_payout_id, case p_outcome when 'paid' then 'settled' else 'voided' end::ledger.transaction_status,
    v_id, p_reason,
    p_evidence, p_actor_id);
  return v_id;
end
$$;

revoke execute on all functions in schema ledger from public;
grant execute on function ledger.top_up(uuid, bigint, text, jsonb, jsonb),
  ledger.grant_credits(uuid, bigint, text, jsonb, uuid),
  ledger.reverse_top_up(uuid, bigint, text, text, jsonb, uuid), ledger.record_stripe_fee(bigint, uuid, text, jsonb),
  ledger.purchase(uuid, uuid, text, bigint, bigint, timestamptz, jsonb, uuid),
  ledger.hold(uuid, bigint, timestamptz, uuid, text, text, jsonb, uuid),
  ledger.extend_hold(uuid, bigint, timestamptz, text, uuid),
  ledger.charge_hold(uuid, ledger.transaction_kind, bigint, bigint, timestamptz, boolean, text, jsonb, jsonb, uuid),
  ledger.close_hold(uuid, ledger.transaction_status, text, uuid), ledger.expire_holds(integer), ledger.release_earnings(integer),
  ledger.refund(uuid, text, text, jsonb, uuid), ledger.open_dispute(uuid, text, text, jsonb, uuid),
  ledger.resolve_dispute(uuid, ledger.transaction_status, text, text, jsonb, uuid), ledger.reserve_payout(uuid, bigint, text, uuid),
  ledger.finish_payout(uuid, text, text, jsonb, uuid) to service_role;
