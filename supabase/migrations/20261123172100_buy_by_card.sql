-- Paying for one package by card: a checkout that names the package tops up and buys in the same transaction. What cannot
-- be bought any more leaves the money in the buyer's wallet and says why.

alter table payments.checkouts
  add column handle text,
  add column order_id uuid unique,
  add column refusal text check (char_length(refusal) <= 500),
  add constraint checkouts_buy_or_say_why check (
    (order_id is null or refusal is null)
    and (handle is not null or (order_id is null and refusal is null))
    and ((handle is not null and status = 'paid') = (order_id is not null or refusal is not null)));
comment on column payments.checkouts.handle is 'The package that is paid for; null for a top-up. The amount is the price that the buyer agreed to.';
comment on column payments.checkouts.refusal is 'Why the package could not be bought once the payment came; the money stayed in the wallet.';

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
    'refunded', jsonb_build_object('amount', p_checkout.refunded_amount, 'currency', p_checkout.currency),
    'dispute', p_checkout.dispute_status,
    'purchase', case when p_checkout.handle is not null then jsonb_build_object(
      'handle', p_checkout.handle, 'orderId', p_checkout.order_id, 'refusal', p_checkout.refusal) end,
    'createdAt', to_json(p_checkout.created_at),
    'expiresAt', to_json(p_checkout.expires_at))
$$;

create or replace function payments.open_checkout(p_amount bigint, p_key text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_checkout payments.checkouts;
begin
  -- Writes down that this person wants to pay, before Stripe is asked. The same key answers the same checkout.
  if v_user is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in first.');
  end if;
  insert into payments.checkouts (user_id, amount, idempotency_key) values (v_user, p_amount, p_key)
  on conflict (user_id, idempotency_key) do nothing;
  select c.* into strict v_checkout from payments.checkouts c where c.user_id = v_user and c.idempotency_key = p_key;
  if v_checkout.amount <> p_amount or v_checkout.handle is not null then
    perform catalog.refuse('422', 'idempotency_key_reused', 'This key was used for something else.');
  end if;
  return payments.checkout_json(v_checkout);
end
$$;

create function payments.open_purchase(p_handle text, p_expected_amount bigint, p_expected_currency text, p_key text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_offer jsonb;
  v_checkout payments.checkouts;
begin
  -- Writes down that this person wants to pay this price for this package by card, before Stripe is asked. Nothing is
  -- reserved: what is true when the payment comes decides.
  if v_user is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in first.');
  end if;
  select c.* into v_checkout from payments.checkouts c where c.user_id = v_user and c.idempotency_key = p_key;
  if v_checkout.id is null then
    v_offer := commerce.read_offer(p_handle);
    if v_offer is null or not (v_offer ->> 'isAvailable')::boolean then
      perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
    elsif v_offer ->> 'standing' = 'own' then
      perform catalog.refuse('403', 'own_package', 'This package is yours already: it is your store that sells it.');
    elsif v_offer ->> 'standing' = 'owned' then
      perform catalog.refuse('409', 'already_owned', format('%s is in your library already.', p_handle));
    elsif (v_offer -> 'price' ->> 'amount')::bigint <> p_expected_amount
       or v_offer -> 'price' ->> 'currency' <> p_expected_currency then
      perform catalog.refuse('409', 'price_changed', format('%s now costs %s %s.', p_handle,
        to_char((v_offer -> 'price' ->> 'amount')::bigint / 100.0, 'FM999,999,990.00'),
        v_offer -> 'price' ->> 'currency'), 'expectedPrice');
    elsif (v_offer ->> 'seatsLeft')::bigint <= 0 then
      perform catalog.refuse('409', 'sold_out', format('%s is sold out.', p_handle));
    end if;
    insert into payments.checkouts (user_id, amount, idempotency_key, handle)
    values (v_user, p_expected_amount, p_key, p_handle)
    on conflict (user_id, idempotency_key) do nothing;
    select c.* into strict v_checkout from payments.checkouts c where c.user_id = v_user and c.idempotency_key = p_key;
  end if;
  if v_checkout.amount <> p_expected_amount or v_checkout.handle is distinct from p_handle then
    perform catalog.refuse('422', 'idempotency_key_reused', 'This key was used for something else.');
  end if;
  return payments.checkout_json(v_checkout);
end
$$;

create function payments.complete_purchase(p_checkout payments.checkouts) returns payments.checkouts
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders;
begin
  -- Buys what was paid for with the credits that have just come. A refusal undoes the buying alone, not the payment.
  begin
    v_order := commerce.place_order(p_checkout.user_id, p_checkout.handle, p_checkout.amount, p_checkout.currency,
      p_checkout.user_id);
    p_checkout.order_id := v_order.id;
    perform identity.notify_person(p_checkout.user_id, 'payment.received',
      format('Paid by card: %s is in your library', p_checkout.handle), '/orders/' || v_order.id);
  exception when sqlstate 'SK402' or sqlstate 'SK403' or sqlstate 'SK404' or sqlstate 'SK409' then
    p_checkout.refusal := left(sqlerrm, 500);
    perform identity.notify_person(p_checkout.user_id, 'payment.received',
      format('%s was not bought; %s are in your wallet', p_checkout.handle, ledger.amount_of(p_checkout.amount)),
      '/wallet?top-up=' || p_checkout.id);
  end;
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
    dispute_status = v_checkout.dispute_status, order_id = v_checkout.order_id, refusal = v_checkout.refusal, fault = v_fault, checked_at = clock_timestamp()
  where c.id = p_id returning c.* into v_checkout;
  return payments.checkout_json(v_checkout);
end
$$;

revoke execute on function payments.open_purchase(text, bigint, text, text),
  payments.complete_purchase(payments.checkouts) from public;
grant execute on function payments.open_purchase(text, bigint, text, text) to authenticated;
