-- Cards and payouts: what was asked of Stripe, what Stripe said, and the sellers' accounts there. The ledger moves the
-- money; this schema brings it to the state that Stripe reports, in any order and any number of times.

create schema payments;
comment on schema payments is 'Checkouts, events and connected accounts at Stripe.';
grant usage on schema payments to authenticated, service_role;

create table payments.checkouts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  amount bigint not null check (amount between 1 and 99999999),
  currency text not null default 'USD' check (currency = 'USD'),
  idempotency_key text not null check (char_length(idempotency_key) between 1 and 255),
  session_id text unique,
  url text,
  payment_intent_id text unique,
  status text not null default 'open' check (status in ('open', 'paid', 'expired')),
  transaction_id uuid unique references ledger.transactions (id),
  refunded_amount bigint not null default 0 check (refunded_amount >= 0),
  dispute_status text check (dispute_status in ('open', 'won', 'lost')),
  fault text check (char_length(fault) <= 500),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  checked_at timestamptz,
  unique (user_id, idempotency_key),
  check ((status = 'paid') = (transaction_id is not null))
);
comment on table payments.checkouts is 'A visit to Stripe Checkout that buys credits. `fault` says what a person must look at.';
create index checkouts_by_user on payments.checkouts (user_id, created_at desc);
create index checkouts_open on payments.checkouts (created_at) where status = 'open';
create index checkouts_with_fault on payments.checkouts (created_at) where fault is not null;

create table payments.stripe_events (
  id text primary key check (id ~ '^evt_[A-Za-z0-9_]{1,200}$'),
  type text not null check (char_length(type) between 1 and 200),
  payload jsonb not null,
  source text not null check (source in ('webhook', 'reconciliation')),
  created_at timestamptz not null,
  received_at timestamptz not null default now(),
  attempts integer not null default 0,
  retry_at timestamptz not null default now(),
  processed_at timestamptz,
  failure text check (char_length(failure) <= 500)
);
comment on table payments.stripe_events is 'Each event of Stripe once, as it was signed. An event only says where to look: what happened is asked of Stripe.';
create index stripe_events_pending on payments.stripe_events (retry_at) where processed_at is null;

create table payments.seller_accounts (
  store_id uuid primary key references catalog.stores (id),
  account_id text not null unique,
  can_receive boolean not null default false,
  requirements text[] not null default '{}',
  created_at timestamptz not null default now(),
  checked_at timestamptz
);
comment on table payments.seller_accounts is 'The connected Stripe account that a store is paid through.';

create table payments.milestones (
  name text primary key,
  reached_at timestamptz not null
);
comment on table payments.milestones is 'How far reconciliation has come.';

alter table payments.checkouts enable row level security;
alter table payments.stripe_events enable row level security;
alter table payments.seller_accounts enable row level security;
alter table payments.milestones enable row level security;

create policy checkouts_select_own on payments.checkouts for select to authenticated
  using (user_id = (select auth.uid()));
create policy checkouts_select_operator on payments.checkouts for select to authenticated
  using ((select identity.is_operator()));
create policy seller_accounts_select_own on payments.seller_accounts for select to authenticated
  using (store_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy seller_accounts_select_operator on payments.seller_accounts for select to authenticated
  using ((select identity.is_operator()));

grant select on payments.checkouts, payments.seller_accounts to authenticated, service_role;
grant select on payments.stripe_events, payments.milestones to service_role;

create function payments.checkout_json(p_checkout payments.checkouts) returns jsonb
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
    'createdAt', to_json(p_checkout.created_at),
    'expiresAt', to_json(p_checkout.expires_at))
$$;

create function payments.open_checkout(p_amount bigint, p_key text) returns jsonb
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
  if v_checkout.amount <> p_amount then
    perform catalog.refuse('422', 'idempotency_key_reused', 'This key was used for another amount.');
  end if;
  return payments.checkout_json(v_checkout);
end
$$;

create function payments.attach_session(
  p_id uuid, p_session_id text, p_url text, p_payment_intent_id text, p_expires_at timestamptz
) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_checkout payments.checkouts;
begin
  -- A checkout keeps the first session it got: Stripe answers the same one for the same key.
  update payments.checkouts c set session_id = coalesce(c.session_id, p_session_id), url = coalesce(c.url, p_url),
    payment_intent_id = coalesce(c.payment_intent_id, p_payment_intent_id),
    expires_at = coalesce(c.expires_at, p_expires_at)
  where c.id = p_id returning c.* into v_checkout;
  return payments.checkout_json(v_checkout);
end
$$;

create function payments.follow_payment(p_checkout payments.checkouts, p_state jsonb) returns payments.checkouts
language plpgsql
set search_path = ''
as $$
declare
  v_charge text := p_state ->> 'chargeId';
  v_evidence jsonb := jsonb_strip_nulls(jsonb_build_object(
    'session', p_checkout.session_id, 'paymentIntent', p_state ->> 'paymentIntentId', 'charge', v_charge));
  v_refunded bigint := coalesce((p_state ->> 'refunded')::bigint, 0);
  v_dispute jsonb := nullif(p_state -> 'dispute', 'null');
begin
  -- Refunds first: Stripe refuses to refund what is disputed, so a payment with both was refunded before.
  if v_refunded > p_checkout.refunded_amount then
    perform ledger.reverse_top_up(p_checkout.transaction_id, v_refunded - p_checkout.refunded_amount,
      format('stripe-refund:%s:%s', v_charge, v_refunded), 'refunded to the card', v_evidence);
    p_checkout.refunded_amount := v_refunded;
  end if;
  if v_dispute is null or p_checkout.dispute_status in ('won', 'lost') then
    return p_checkout;
  end if;
  v_evidence := v_evidence || jsonb_build_object('dispute', v_dispute ->> 'id', 'reason', v_dispute ->> 'reason');
  if p_checkout.refunded_amount > 0 then
    -- What is left of a payment refunded in part is taken back only when the bank has decided so.
    if v_dispute ->> 'status' = 'lost' and p_checkout.refunded_amount < p_checkout.amount then
      perform ledger.reverse_top_up(p_checkout.transaction_id, p_checkout.amount - p_checkout.refunded_amount,
        'stripe-dispute-lost:' || (v_dispute ->> 'id'), 'lost to a dispute of the card', v_evidence);
      p_checkout.refunded_amount := p_checkout.amount;
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

create function payments.apply_checkout(p_id uuid, p_state jsonb) returns jsonb
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
      perform identity.notify_person(v_checkout.user_id, 'payment.received',
        format('%s are in your wallet', ledger.amount_of(v_checkout.amount)), '/wallet');
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
    dispute_status = v_checkout.dispute_status, fault = v_fault, checked_at = clock_timestamp()
  where c.id = p_id returning c.* into v_checkout;
  return payments.checkout_json(v_checkout);
end
$$;

create function payments.receive_event(p_event jsonb, p_source text) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Keeps an event once and wakes the job that follows it. Answers whether it was new.
  insert into payments.stripe_events (id, type, payload, source, created_at)
  values (p_event ->> 'id', p_event ->> 'type', p_event, p_source, to_timestamp((p_event ->> 'created')::bigint))
  on conflict (id) do nothing;
  if not found then
    return false;
  end if;
  perform graphile_worker.add_job('payments:follow-events', job_key => 'payments:follow-events');
  return true;
end
$$;

create function payments.finish_event(p_id text, p_failure text) returns void
language sql security definer
set search_path = ''
as $$
  -- Without a failure it is done. With one it is tried again, ever less often, at last once an hour.
  update payments.stripe_events e set
    attempts = e.attempts + 1, failure = left(p_failure, 500),
    processed_at = case when p_failure is null then clock_timestamp() end,
    retry_at = clock_timestamp() + least(interval '1 hour', interval '5 seconds' * power(2, least(e.attempts, 10)))
  where e.id = p_id and e.processed_at is null
$$;

create function payments.remember_account(
  p_store_id uuid, p_account_id text, p_can_receive boolean, p_requirements text[]
) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- A store keeps its first account. What Stripe reports of it replaces what it reported before.
  insert into payments.seller_accounts as a (store_id, account_id, can_receive, requirements, checked_at)
  values (p_store_id, p_account_id, p_can_receive, p_requirements, clock_timestamp())
  on conflict (store_id) do update set can_receive = excluded.can_receive, requirements = excluded.requirements,
    checked_at = excluded.checked_at where a.account_id = excluded.account_id;
end
$$;

create function payments.payable_stores(p_minimum bigint) returns table (store_id uuid, account_id text)
language sql stable security definer
set search_path = ''
as $$
  -- Stores that can be paid and are owed enough.
  select s.store_id, s.account_id from payments.seller_accounts s
  where s.can_receive and ledger.balance_of('seller_payable', s.store_id, 'CRD') >= p_minimum
  order by s.store_id
$$;

create function payments.reach_milestone(p_name text, p_at timestamptz) returns void
language sql security definer
set search_path = ''
as $$
  insert into payments.milestones as m (name, reached_at) values (p_name, p_at)
  on conflict (name) do update set reached_at = greatest(m.reached_at, excluded.reached_at)
$$;

revoke execute on all functions in schema payments from public;
grant execute on function payments.open_checkout(bigint, text) to authenticated;
grant execute on function payments.checkout_json(payments.checkouts) to authenticated, service_role;
grant execute on function payments.attach_session(uuid, text, text, text, timestamptz),
  payments.apply_checkout(uuid, jsonb), payments.receive_event(jsonb, text), payments.finish_event(text, text),
  payments.remember_account(uuid, text, boolean, text[]), payments.payable_stores(bigint),
  payments.reach_milestone(text, timestamptz) to service_role;
