-- What comes into a wallet pays first what its person owes, whatever brings it: a card, a gift, a refund, a hold that ends,
-- a chargeback that is won.

create function ledger.pay_in(p_user_id uuid, p_amount bigint, out accounts bigint[], out amounts bigint[])
language plpgsql
set search_path = ''
as $$
declare
  v_debt_account bigint;
  v_debt bigint;
begin
  -- The legs that put an amount into a wallet: what is owed is settled first. What was settled twice comes back with it.
  accounts := array[ledger.lock_account('wallet', p_user_id, 'CRD')];
  amounts := array[p_amount];
  if p_amount > 0 then
    select a.id, least(-a.balance, p_amount) into v_debt_account, v_debt from ledger.accounts a
    where a.kind = 'receivable' and a.owner_id = p_user_id and a.currency = 'CRD' and a.stripe = 0 for no key update;
    if v_debt <> 0 then
      accounts := accounts || v_debt_account;
      amounts := array[p_amount - v_debt, v_debt];
    end if;
  end if;
end
$$;

create or replace function ledger.top_up(p_user_id uuid, p_amount bigint, p_key text, p_context jsonb, p_evidence jsonb) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_legs record;
begin
  -- Money that a card paid (USD) becomes credits (CRD).
  if v_id is not null then
    return v_id;
  end if;
  if p_amount <= 0 then
    perform catalog.refuse('422', 'validation_failed', 'A top-up is of at least one cent.', 'amount');
  end if;
  v_legs := ledger.pay_in(p_user_id, p_amount);
  return ledger.post_transaction('top_up', 'settled', p_user_id, null, 'wallet', p_amount, 'USD',
    v_legs.accounts || array[ledger.lock_account('conversion', null, 'CRD'),
      ledger.lock_account('conversion', null, 'USD'), ledger.lock_account('stripe_clearing', null, 'USD')],
    v_legs.amounts || array[-p_amount, p_amount, -p_amount], null, p_key, p_context, p_evidence, p_user_id);
end
$$;

create or replace function ledger.grant_credits(
  p_user_id uuid, p_amount bigint, p_key text, p_context jsonb, p_actor_id uuid default null
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_legs record;
begin
  -- Credits as a gift of the platform.
  if v_id is not null then
    return v_id;
  end if;
  v_legs := ledger.pay_in(p_user_id, p_amount);
  return ledger.post_transaction('grant', 'settled', p_user_id, null, 'wallet', p_amount, 'CRD',
    v_legs.accounts || ledger.lock_account('promotion', null, 'CRD'), v_legs.amounts || -p_amount, null, p_key, p_context, '{}', p_actor_id);
end
$$;

create or replace function ledger.charge_hold(
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
  v_legs record;
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
  v_legs := ledger.pay_in(v_origin.payer_id, v_rest);
  perform ledger.lock_known_account(v_hold.account_id);
  v_held := case when v_origin.provider_id is not null
    then ledger.lock_account('seller_held', v_origin.provider_id, 'CRD') end;
  v_revenue := ledger.lock_account('platform_revenue', null, 'CRD');
  v_id := ledger.post_transaction(p_kind, 'settled', v_origin.payer_id, v_origin.provider_id, v_origin.subject,
    p_amount, 'CRD',
    v_legs.accounts || array[v_hold.account_id, v_revenue] || case when v_held is null then '{}' else array[v_held] end,
    v_legs.amounts || array[-p_amount - v_rest, case when v_held is null then p_amount else p_fee end]
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

create or replace function ledger.close_hold(p_hold_id uuid, p_status ledger.transaction_status, p_reason text, p_actor_id uuid) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hold ledger.holds := ledger.lock_hold(p_hold_id);
  v_origin ledger.transactions;
  v_legs record;
  v_id uuid;
begin
  -- Gives back what is still held. `voided` or `expired`; a hold that was charged meanwhile is settled instead.
  select t.* into v_origin from ledger.transactions t where t.id = p_hold_id;
  v_legs := ledger.pay_in(v_origin.payer_id, v_hold.remaining);
  perform ledger.lock_known_account(v_hold.account_id);
  v_id := ledger.post_transaction('hold_release', 'settled', v_origin.payer_id, v_origin.provider_id, v_origin.subject,
    v_hold.remaining, 'CRD', v_legs.accounts || v_hold.account_id, v_legs.amounts || -v_hold.remaining,
    p_hold_id, null, '{}', '{}', p_actor_id);
  update ledger.holds h set remaining = 0, is_open = false where h.transaction_id = p_hold_id;
  perform ledger.lock_transaction(p_hold_id);
  perform ledger.change_status(p_hold_id, case when v_hold.remaining < v_hold.amount then 'settled' else p_status end,
    v_id,
    p_reason, '{}', p_actor_id);
  return v_id;
end
$$;

create or replace function ledger.refund(
  p_transaction_id uuid, p_key text, p_reason text, p_evidence jsonb, p_actor_id uuid
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_sale ledger.transactions;
  v_earning ledger.earnings;
  v_legs record;
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
    v_legs := ledger.pay_in(v_sale.payer_id, v_sale.amount);
    if v_earning.transaction_id is null then
      v_id := ledger.post_transaction('refund', 'settled', v_sale.payer_id, null, v_sale.subject, v_sale.amount, 'CRD',
        v_legs.accounts || ledger.lock_account('platform_revenue', null, 'CRD'), v_legs.amounts || -v_sale.amount,
        p_transaction_id, p_key, '{}', p_evidence, p_actor_id);
    else
      v_source := ledger.lock_earning_source(v_earning);
      perform ledger.lock_known_account(v_earning.fee_account_id);
      v_id := ledger.post_transaction('refund', 'settled', v_sale.payer_id, v_sale.provider_id, v_sale.subject,
        v_sale.amount, 'CRD', v_legs.accounts || array[v_source, v_earning.fee_account_id],
        v_legs.amounts || array[v_earning.fee - v_earning.amount, -v_earning.fee], p_transaction_id, p_key, '{}',
        p_evidence, p_actor_id);
      update ledger.earnings g set state = 'returned' where g.transaction_id = p_transaction_id;
    end if;
  end if;
  perform ledger.change_status(p_transaction_id, 'refunded', v_id, p_reason, p_evidence, p_actor_id);
  return v_id;
end
$$;

create or replace function ledger.resolve_dispute(
  p_transaction_id uuid, p_outcome ledger.transaction_status, p_key text, p_reason text, p_evidence jsonb, p_actor_id uuid
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
  -- `refunded`: the buyer (or the card's holder) has the money. `upheld`: the sale stands and its money is payable;
  -- a top-up that stands comes back whole, whatever was paid of its debt meanwhile.
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
    v_legs := ledger.pay_in(v_disputed.payer_id, v_disputed.amount);
    v_accounts := v_legs.accounts || ledger.lock_account('topup_disputed', v_disputed.payer_id, 'CRD');
    v_amounts := v_legs.amounts || -v_disputed.amount;
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

revoke execute on function ledger.pay_in(uuid, bigint) from public;
