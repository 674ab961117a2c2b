-- What Stripe takes back after the fact: card refunds that fail, transfers that are reversed, the fees of disputes; and what
-- becomes of a package whose price the buyer's bank took back.

alter type ledger.transaction_kind add value 'payout_reversal';

alter table payments.checkouts add column returned_amount bigint not null default 0 check (returned_amount >= 0);
comment on column payments.checkouts.returned_amount is 'What of refunded_amount failed to reach the card and came back.';
alter table ledger.payouts add column reversed_amount bigint not null default 0 check (reversed_amount between 0 and amount);
comment on column ledger.payouts.reversed_amount is 'What Stripe took back of a paid payout; it is payable again.';

create function ledger.return_reversal(p_transaction_id uuid, p_amount bigint, p_key text, p_evidence jsonb) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
  v_top_up ledger.transactions;
  v_legs record;
begin
  -- A card refund that failed: Stripe has the money again and the person their credits. A top-up of its own, whose parent
  -- is the one that was reversed, so that it can be reversed in turn.
  if v_id is not null then
    return v_id;
  end if;
  v_top_up := ledger.lock_transaction(p_transaction_id);
  if v_top_up.kind <> 'top_up' or p_amount <= 0 then
    perform catalog.refuse('409', 'conflict', 'Nothing of this was refunded to a card.');
  end if;
  v_legs := ledger.pay_in(v_top_up.payer_id, p_amount);
  return ledger.post_transaction('top_up', 'settled', v_top_up.payer_id, null, 'wallet', p_amount, 'USD',
    v_legs.accounts || array[ledger.lock_account('conversion', null, 'CRD'),
      ledger.lock_account('conversion', null, 'USD'), ledger.lock_account('stripe_clearing', null, 'USD')],
    v_legs.amounts || array[-p_amount, p_amount, -p_amount], p_transaction_id, p_key, v_top_up.context, p_evidence, null);
end
$$;

create function ledger.reverse_payout(p_payout_id uuid, p_total bigint, p_reason text, p_evidence jsonb) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_payout ledger.payouts;
  v_amount bigint;
  v_id uuid;
begin
  -- Stripe took back a transfer, by now p_total of it: that is payable again. Said twice, or out of order, it is done once.
  perform ledger.lock_transaction(p_payout_id);
  select p.* into v_payout from ledger.payouts p where p.transaction_id = p_payout_id for no key update;
  v_amount := least(p_total, v_payout.amount) - v_payout.reversed_amount;
  if v_amount <= 0 then
    return null;
  elsif v_payout.state is distinct from 'paid' then
    perform catalog.refuse('409', 'conflict', format('This payout is %s.', coalesce(v_payout.state, 'unknown')));
  end if;
  v_id := ledger.post_transaction('payout_reversal', 'settled', null, v_payout.store_id, 'payout', v_amount, 'USD',
    array[ledger.lock_account('seller_payable', v_payout.store_id, 'CRD'), ledger.lock_account('conversion', null, 'CRD'),
      ledger.lock_account('conversion', null, 'USD'), ledger.lock_account('stripe_clearing', null, 'USD')],
    array[v_amount, -v_amount, v_amount, -v_amount], p_payout_id, null, '{}', p_evidence, null);
  update ledger.payouts p set reversed_amount = p.reversed_amount + v_amount,
    state = case when p.reversed_amount + v_amount = p.amount then 'failed' else p.state end,
    evidence = p.evidence || jsonb_build_object('message', p_reason)
  where p.transaction_id = p_payout_id;
  if v_payout.reversed_amount + v_amount = v_payout.amount then
    perform ledger.change_status(p_payout_id, 'refunded', v_id, p_reason, p_evidence, null);
  end if;
  return v_id;
end
$$;

create or replace function ledger.record_stripe_fee(p_amount bigint, p_parent_id uuid, p_key text, p_evidence jsonb) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := ledger.known_transaction(p_key);
begin
  -- What Stripe kept for itself: an expense of the platform. Less than nothing: a fee that it gave back.
  if v_id is not null then
    return v_id;
  end if;
  return ledger.post_transaction('stripe_fee', 'settled', null, null, 'stripe', abs(p_amount), 'USD',
    array[ledger.lock_account('stripe_clearing', null, 'USD'), ledger.lock_account('stripe_fees', null, 'USD')],
    array[p_amount, -p_amount], p_parent_id, p_key, '{}', p_evidence, null);
end
$$;

create function payments.take_back(
  p_checkout payments.checkouts, p_amount bigint, p_key text, p_reason text, p_evidence jsonb
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_top_up record;
  v_left bigint := p_amount;
begin
  -- Reverses so much of what a card paid: of the top-up first, then of what came back of it when a refund failed.
  for v_top_up in
    select t.id, t.id = p_checkout.transaction_id as is_first, (t.amount - coalesce((
      select sum(r.amount) from ledger.transactions r
      where r.parent_id = t.id and r.kind = 'top_up_reversal'), 0))::bigint as room
    from ledger.transactions t
    where t.id = p_checkout.transaction_id or (t.parent_id = p_checkout.transaction_id and t.kind = 'top_up')
    order by 2 desc, t.id
  loop
    if least(v_left, v_top_up.room) > 0 then
      perform ledger.reverse_top_up(v_top_up.id, least(v_left, v_top_up.room),
        p_key || case when v_top_up.is_first then '' else ':' || v_top_up.id end, p_reason, p_evidence);
      v_left := v_left - least(v_left, v_top_up.room);
    end if;
  end loop;
  if v_left > 0 then
    perform catalog.refuse('409', 'conflict', 'More was refunded than was paid.');
  end if;
end
$$;

create function payments.take_right_back(p_order_id uuid, p_evidence jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.lock_order(p_order_id);
begin
  -- The bank gave the buyer the price of this order: the sale is undone. One that was decided for the seller stands, and
  -- the buyer owes it; the right goes in either case.
  if v_order.status in ('settled', 'disputed') then
    v_order := commerce.refund_order_by(p_order_id, 'The buyer''s bank took the payment back.', p_evidence, null);
    perform commerce.tell_sellers(v_order, 'order.refunded', format('%s was refunded', v_order.handle),
      'The buyer''s bank took the payment back.');
  elsif v_order.status = 'upheld' then
    delete from commerce.entitlements e where e.user_id = v_order.buyer_id and e.package_id = v_order.package_id
      and e.order_id = v_order.id;
  else
    return;
  end if;
  perform commerce.tell_buyer(v_order, 'payment.reversed', format('%s left your library', v_order.handle),
    'Your bank took back what was paid for it.');
end
$$;

create or replace function payments.follow_payment(p_checkout payments.checkouts, p_state jsonb) returns payments.checkouts
language plpgsql
set search_path = ''
as $$
declare
  v_charge text := p_state ->> 'chargeId';
  v_evidence jsonb := jsonb_strip_nulls(jsonb_build_object(
    'session', p_checkout.session_id, 'paymentIntent', p_state ->> 'paymentIntentId', 'charge', v_charge));
  v_refunded bigint := coalesce((p_state ->> 'refunded')::bigint, 0);
  v_failed bigint := coalesce((p_state ->> 'refundFailed')::bigint, 0);
  v_dispute jsonb := nullif(p_state -> 'dispute', 'null');
begin
  -- Before any wallet, as whoever refunds an order does.
  if p_checkout.order_id is not null then
    perform commerce.lock_order(p_checkout.order_id);
  end if;
  -- Refunds first: Stripe refuses to refund what is disputed, so a payment with both was refunded before.
  -- Both only ever grow: all that was ever refunded, and what of it came back. The latter first, since it may be refunded
  -- once more.
  if v_failed > p_checkout.returned_amount then
    perform ledger.return_reversal(p_checkout.transaction_id, v_failed - p_checkout.returned_amount,
      format('stripe-refund-failed:%s:%s', v_charge, v_failed), v_evidence);
    p_checkout.returned_amount := v_failed;
  end if;
  if v_refunded > p_checkout.refunded_amount then
    perform payments.take_back(p_checkout, v_refunded - p_checkout.refunded_amount,
      format('stripe-refund:%s:%s', v_charge, v_refunded), 'refunded to the card', v_evidence);
    p_checkout.refunded_amount := v_refunded;
  end if;
  if v_dispute is null or p_checkout.dispute_status in ('won', 'lost') then
    return p_checkout;
  end if;
  v_evidence := v_evidence || jsonb_build_object('dispute', v_dispute ->> 'id', 'reason', v_dispute ->> 'reason');
  if v_dispute ->> 'status' = 'lost' and p_checkout.order_id is not null then
    perform payments.take_right_back(p_checkout.order_id, v_evidence);
  end if;
  if p_checkout.refunded_amount > 0 then
    -- What is left of a payment refunded in part is taken back only when the bank has decided so.
    v_refunded := p_checkout.refunded_amount - p_checkout.returned_amount;
    if v_dispute ->> 'status' = 'lost' and v_refunded < p_checkout.amount then
      perform payments.take_back(p_checkout, p_checkout.amount - v_refunded,
        'stripe-dispute-lost:' || (v_dispute ->> 'id'), 'lost to a dispute of the card', v_evidence);
      p_checkout.refunded_amount := p_checkout.amount + p_checkout.returned_amount;
    end if;
  else
    if p_checkout.dispute_status is null then
      perform ledger.open_dispute(p_checkout.transaction_id, 'stripe-dispute:' || (v_dispute ->> 'id'),
        'disputed with the bank: ' || coalesce(v_dispute ->> 'reason', 'no reason'), v_evidence, null);
    end if;
    if v_dispute ->> 'status' in ('won', 'lost') then
      perform ledger.resolve_dispute(p_checkout.transaction_id,
        (case v_dispute ->> 'status' when 'won' then 'upheld' else 'refunded' end)::ledger.transaction_status,
        'stripe-dispute-closed:' || (v_dispute ->> 'id'), 'the bank decided: ' || (v_dispute ->> 'status'),
        v_evidence, null);
    end if;
  end if;
  p_checkout.dispute_status := v_dispute ->> 'status';
  return p_checkout;
end
$$;

create or replace function payments.apply_checkout(p_id uuid, p_state jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_checkout payments.checkouts;
  v_fault text;
  v_fee record;
begin
  -- Brings a checkout and the ledger to what Stripe reports. Only ever forward: an older report changes nothing.
  select c.* into v_checkout from payments.checkouts c where c.id = p_id for update;
  if v_checkout.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such top-up.');
  end if;
  v_checkout.payment_intent_id := coalesce(v_checkout.payment_intent_id, p_state ->> 'paymentIntentId');
  if (p_state ->> 'isPaid')::boolean
     and ((p_state ->> 'amount')::bigint <> v_checkout.amount or p_state ->> 'currency' <> 'usd') then
    v_fault := format('Stripe took %s %s instead of %s usd.', p_state ->> 'amount', p_state ->> 'currency',
      v_checkout.amount);
  elsif (p_state ->> 'isPaid')::boolean then
    if v_checkout.transaction_id is null then
      v_checkout.transaction_id := ledger.top_up(v_checkout.user_id, v_checkout.amount,
        'stripe-checkout:' || p_id, jsonb_build_object('checkout', p_id),
        jsonb_strip_nulls(jsonb_build_object('session', v_checkout.session_id,
          'paymentIntent', p_state ->> 'paymentIntentId', 'charge', p_state ->> 'chargeId')));
      v_checkout.status := 'paid';
      if v_checkout.handle is null then
        perform identity.notify_person(v_checkout.user_id, 'payment.received',
          format('%s are in your wallet', ledger.amount_of(v_checkout.amount)), '/wallet');
      else
        v_checkout := payments.complete_purchase(v_checkout);
      end if;
    end if;
    if coalesce((p_state ->> 'fee')::bigint, 0) > 0 then
      perform ledger.record_stripe_fee((p_state ->> 'fee')::bigint, v_checkout.transaction_id,
        'stripe-fee:' || (p_state ->> 'chargeId'), '{}');
    end if;
    for v_fee in
      select f.id, f.amount from jsonb_to_recordset(coalesce(p_state -> 'disputeFees', '[]')) as f (id text, amount bigint)
      where f.amount <> 0 order by f.id
    loop
      perform ledger.record_stripe_fee(v_fee.amount, v_checkout.transaction_id, 'stripe-dispute-fee:' || v_fee.id,
        jsonb_build_object('balanceTransaction', v_fee.id));
    end loop;
    begin
      v_checkout := payments.follow_payment(v_checkout, p_state);
    exception when sqlstate 'SK409' then
      -- The ledger refuses what does not fit its states: a person must look at what came after the payment.
      v_fault := left(sqlerrm, 500);
    end;
  elsif (p_state ->> 'isExpired')::boolean and v_checkout.status = 'open' then
    v_checkout.status := 'expired';
  end if;
  update payments.checkouts c set payment_intent_id = v_checkout.payment_intent_id, status = v_checkout.status,
    transaction_id = v_checkout.transaction_id, refunded_amount = v_checkout.refunded_amount,
    returned_amount = v_checkout.returned_amount,
    dispute_status = v_checkout.dispute_status, order_id = v_checkout.order_id, refusal = v_checkout.refusal,
    fault = v_fault, checked_at = clock_timestamp()
  where c.id = p_id returning c.* into v_checkout;
  return payments.checkout_json(v_checkout);
end
$$;

create or replace function payments.checkout_json(p_checkout payments.checkouts) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_checkout.id,
    'amount', jsonb_build_object('amount', p_checkout.amount, 'currency', p_checkout.currency),
    'status', p_checkout.status,
    'url', case when p_checkout.status = 'open' then p_checkout.url end,
    'transactionId', p_checkout.transaction_id,
    'refunded', jsonb_build_object('amount', p_checkout.refunded_amount - p_checkout.returned_amount,
      'currency', p_checkout.currency),
    'dispute', p_checkout.dispute_status,
    'purchase', case when p_checkout.handle is not null then jsonb_build_object(
      'handle', p_checkout.handle, 'orderId', p_checkout.order_id, 'refusal', p_checkout.refusal) end,
    'createdAt', to_json(p_checkout.created_at),
    'expiresAt', to_json(p_checkout.expires_at))
$$;

revoke execute on function ledger.return_reversal(uuid, bigint, text, jsonb),
  ledger.reverse_payout(uuid, bigint, text, jsonb),
  payments.take_back(payments.checkouts, bigint, text, text, jsonb), payments.take_right_back(uuid, jsonb) from public;
grant execute on function ledger.return_reversal(uuid, bigint, text, jsonb),
  ledger.reverse_payout(uuid, bigint, text, jsonb) to service_role;
