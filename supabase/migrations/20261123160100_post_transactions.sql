-- How money is written down: locking accounts, posting a transaction with its legs, changing a status, reading a balance
-- at any time, and recomputing every hash. The movements of the next migration are made of these.
--
-- Locks are always taken in this order, so that no two movements wait for each other: the row that says what is to be
-- done (transaction, hold, payout), then wallets, then sellers' accounts, then the platform's.

create function ledger.new_id(p_at_us bigint) returns uuid
language plpgsql
set search_path = ''
as $$
begin
  -- UUID version 7 (RFC 9562): begins with the time in milliseconds, so that new rows stand together in their index.
  return encode(set_byte(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(p_at_us / 1000) from 3) from 1),
    6, 112 | (p_at_us % 16)::integer), 'hex')::uuid;
end
$$;

create function ledger.lock_account(p_kind ledger.account_kind, p_owner_id uuid, p_currency ledger.currency) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_owner_id uuid := coalesce(p_owner_id, '00000000-0000-0000-0000-000000000000');
  v_stripes integer := case
    when p_kind = 'seller_held' then 8
    when p_kind in ('platform_revenue', 'promotion', 'conversion', 'stripe_clearing', 'stripe_fees') then 16
    else 1 end;
  v_id bigint;
begin
  -- The account, locked until the end of the transaction and made when it is not there. Of a striped account it is the
  -- first stripe that nobody else holds, so that sales do not queue; with all of them held it waits for one.
  if v_stripes = 1 then
    select a.id into v_id from ledger.accounts a
    where a.kind = p_kind and a.owner_id = v_owner_id and a.currency = p_currency and a.stripe = 0
    for no key update;
  else
    select a.id into v_id from ledger.accounts a
    where a.kind = p_kind and a.owner_id = v_owner_id and a.currency = p_currency
    order by a.stripe limit 1
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

create function ledger.lock_known_account(p_account_id bigint) returns bigint
language plpgsql
set search_path = ''
as $$
begin
  -- Waits for one account by its id; answers its balance.
  return (select locked.balance from (
    select a.balance from ledger.accounts a where a.id = p_account_id for no key update) locked);
end
$$;

create function ledger.known_transaction(p_key text) returns uuid
language plpgsql
set search_path = ''
as $$
begin
  -- The transaction that was written under this key. Until the end of the transaction nobody else writes one under it.
  if p_key is null then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_key, 7305));
  return (select t.id from ledger.transactions t where t.idempotency_key = p_key);
end
$$;

create function ledger.post_transaction(
  p_kind ledger.transaction_kind, p_status ledger.transaction_status, p_payer_id uuid, p_provider_id uuid,
  p_subject text, p_amount bigint, p_currency ledger.currency,
  p_accounts bigint[], p_amounts bigint[], p_parent_id uuid default null, p_key text default null,
  p_context jsonb default '{}', p_evidence jsonb default '{}', p_actor_id uuid default null
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  -- After the accounts are locked: within one account times never run backwards.
  v_at timestamptz := clock_timestamp();
  v_at_us bigint := (extract(epoch from v_at) * 1000000)::bigint;
  v_id uuid := ledger.new_id(v_at_us);
  v_hash bytea;
  v_written integer;
begin
  -- Writes one transaction and its legs. The caller has locked the accounts in the order above; legs of nothing are left
  -- out. That the legs sum to zero is checked at commit, that no wallet goes below zero at once.
  v_hash := sha256(convert_to(row (v_id, p_kind, p_status, p_payer_id, p_provider_id, p_subject, p_amount, p_currency,
    p_parent_id, p_key, p_context, p_evidence, p_actor_id, v_at_us)::text, 'UTF8'));
  insert into ledger.transactions (id, kind, initial_status, payer_id, provider_id, subject, amount, currency, parent_id,
    idempotency_key, context, evidence, created_by, created_at, hash)
  values (v_id, p_kind, p_status, p_payer_id, p_provider_id, p_subject, p_amount, p_currency, p_parent_id, p_key,
    p_context, p_evidence, p_actor_id, v_at, v_hash);
  if cardinality(p_accounts) = 0 then
    return v_id;
  end if;
  with legs as (
    select l.account_id, l.amount, l.leg::smallint as leg
    from unnest(p_accounts, p_amounts) with ordinality as l (account_id, amount, leg)
    where l.amount <> 0
  ), moved as (
    update ledger.accounts a set
      balance = a.balance + l.amount,
      entry_count = a.entry_count + 1,
      head_hash = sha256(a.head_hash || v_hash || int2send(l.leg) || int8send(a.entry_count + 1) || int8send(l.amount)
        || int8send(a.balance + l.amount) || int8send(v_at_us))
    from legs l where a.id = l.account_id
    returning a.id, l.leg, l.amount, a.currency, a.balance, a.entry_count, a.head_hash
  )
  insert into ledger.entries (transaction_id, leg, account_id, sequence, amount, currency, balance_after, created_at, hash)
  select v_id, m.leg, m.id, m.entry_count, m.amount, m.currency, m.balance, v_at, m.head_hash from moved m;
  get diagnostics v_written = row_count;
  if v_written <> cardinality(p_accounts) - cardinality(array_positions(p_amounts, 0)) then
    raise exception 'Each leg needs an account of its own.' using errcode = '23514';
  end if;
  return v_id;
end
$$;

create function ledger.status_of(p_transaction_id uuid) returns ledger.transaction_status
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(
    (select n.to_status from ledger.transitions n where n.transaction_id = p_transaction_id
     order by n.sequence desc limit 1),
    (select t.initial_status from ledger.transactions t where t.id = p_transaction_id));
end
$$;
comment on function ledger.status_of(uuid) is 'pending, settled, voided, expired, disputed, refunded or upheld.';

create function ledger.change_status(
  p_transaction_id uuid, p_to ledger.transaction_status, p_movement_id uuid, p_reason text, p_evidence jsonb, p_actor_id uuid
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_from ledger.transaction_status := ledger.status_of(p_transaction_id);
  v_sequence smallint;
  v_previous bytea;
  v_at timestamptz := clock_timestamp();
begin
  -- One legal step, chained to the one before. The caller holds the lock of the transaction's row.
  if (v_from, p_to) not in (('pending', 'settled'), ('pending', 'voided'), ('pending', 'expired'), ('settled', 'disputed'),
      ('settled', 'refunded'), ('disputed', 'refunded'), ('disputed', 'upheld')) then
    perform catalog.refuse('409', 'conflict', format('This is %s and cannot become %s.', v_from, p_to));
  end if;
  select n.sequence + 1, n.hash into v_sequence, v_previous from ledger.transitions n
  where n.transaction_id = p_transaction_id order by n.sequence desc limit 1;
  if v_sequence is null then
    select 1, t.hash into v_sequence, v_previous from ledger.transactions t where t.id = p_transaction_id;
  end if;
  insert into ledger.transitions (transaction_id, sequence, from_status, to_status, movement_id, reason, evidence,
    actor_id, created_at, hash)
  values (p_transaction_id, v_sequence, v_from, p_to, p_movement_id, coalesce(p_reason, ''), coalesce(p_evidence, '{}'),
    p_actor_id, v_at, sha256(v_previous || convert_to(row (p_transaction_id, v_sequence, v_from, p_to, p_movement_id,
      coalesce(p_reason, ''), coalesce(p_evidence, '{}'), p_actor_id,
      (extract(epoch from v_at) * 1000000)::bigint)::text, 'UTF8')));
end
$$;

create function ledger.lock_transaction(p_transaction_id uuid) returns ledger.transactions
language plpgsql
set search_path = ''
as $$
declare
  v_transaction ledger.transactions;
begin
  -- Whoever changes a transaction's status waits here for whoever is changing it already.
  select t.* into v_transaction from ledger.transactions t where t.id = p_transaction_id for no key update;
  if v_transaction.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such transaction.');
  end if;
  return v_transaction;
end
$$;

create function ledger.balance_at(p_account_id bigint, p_at timestamptz) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
  v_low bigint := 0;
  v_high bigint;
  v_middle bigint;
  v_time timestamptz;
begin
  -- The balance after the last entry at or before this time. Sequences and times rise together, so halving finds it.
  select max(e.sequence) into v_high from ledger.entries e where e.account_id = p_account_id;
  v_high := coalesce(v_high, 0);
  while v_low < v_high loop
    v_middle := (v_low + v_high + 1) / 2;
    select e.created_at into v_time from ledger.entries e
    where e.account_id = p_account_id and e.sequence = v_middle;
    if v_time <= p_at then
      v_low := v_middle;
    else
      v_high := v_middle - 1;
    end if;
  end loop;
  return coalesce((
    select e.balance_after from ledger.entries e where e.account_id = p_account_id and e.sequence = v_low), 0);
end
$$;
comment on function ledger.balance_at(bigint, timestamptz) is 'The balance of one account at a past time, as the caller may see it.';

create function ledger.balance_of(
  p_kind ledger.account_kind, p_owner_id uuid, p_currency ledger.currency, p_at timestamptz default null
) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  -- Over all stripes; now, or at a past time.
  return coalesce((
    select sum(case when p_at is null then a.balance else ledger.balance_at(a.id, p_at) end)
    from ledger.accounts a
    where a.kind = p_kind and a.currency = p_currency
      and a.owner_id = coalesce(p_owner_id, '00000000-0000-0000-0000-000000000000')), 0);
end
$$;
comment on function ledger.balance_of(ledger.account_kind, uuid, ledger.currency, timestamptz) is 'The balance of an account over all its stripes, now or at a past time, as the caller may see it.';

create function ledger.trial_balance() 
returns table (kind ledger.account_kind, currency ledger.currency, accounts bigint, balance bigint)
language sql stable
set search_path = ''
as $$
  -- Every kind of account with its sum; each currency's sums add up to zero.
  select a.kind, a.currency, count(*), sum(a.balance)::bigint
  from ledger.accounts a group by a.kind, a.currency order by a.currency, a.kind
$$;

create function ledger.verify() returns table (fault text, subject text)
language sql stable
set search_path = ''
as $$
  -- Recomputes everything from the rows themselves and names what does not fit; no row means that nothing was altered.
  with chained as (
    select e.*, t.hash as transaction_hash,
      row_number() over chain as position,
      lag(e.hash) over chain as previous_hash,
      sum(e.amount) over chain as running
    from ledger.entries e left join ledger.transactions t on t.id = e.transaction_id
    window chain as (partition by e.account_id order by e.sequence)
  ), steps as (
    select n.*, row_number() over story as position,
      coalesce(lag(n.hash) over story, t.hash) as previous_hash,
      coalesce(lag(n.to_status) over story, t.initial_status) as previous_status
    from ledger.transitions n left join ledger.transactions t on t.id = n.transaction_id
    window story as (partition by n.transaction_id order by n.sequence)
  )
  select 'transaction was altered', t.id::text from ledger.transactions t
  where t.hash <> sha256(convert_to(row (t.id, t.kind, t.initial_status, t.payer_id, t.provider_id, t.subject, t.amount,
    t.currency, t.parent_id, t.idempotency_key, t.context, t.evidence, t.created_by,
    (extract(epoch from t.created_at) * 1000000)::bigint)::text, 'UTF8'))
  union all
  select 'entry was altered', c.transaction_id || ' leg ' || c.leg
  from chained c left join ledger.accounts a on a.id = c.account_id
  where c.transaction_hash is null or a.id is null or c.currency <> a.currency or c.balance_after <> c.running
    or c.hash <> sha256(coalesce(c.previous_hash,
        sha256(convert_to(row (a.kind, a.owner_id, a.currency, a.stripe::integer)::text, 'UTF8')))
      || c.transaction_hash || int2send(c.leg) || int8send(c.sequence) || int8send(c.amount)
      || int8send(c.balance_after) || int8send((extract(epoch from c.created_at) * 1000000)::bigint))
  union all
  select 'entry is missing', 'account ' || c.account_id || ' before ' || c.sequence from chained c
  where c.sequence <> c.position
  union all
  select 'account does not match its entries', a.id || ' (' || a.kind || ')' from ledger.accounts a
  left join lateral (
    select e.sequence, e.balance_after, e.hash from ledger.entries e
    where e.account_id = a.id order by e.sequence desc limit 1) e on true
  where a.balance <> coalesce(e.balance_after, 0) or a.entry_count <> coalesce(e.sequence, 0)
    or a.head_hash <> coalesce(e.hash,
      sha256(convert_to(row (a.kind, a.owner_id, a.currency, a.stripe::integer)::text, 'UTF8')))
  union all
  select 'transaction does not sum to zero', e.transaction_id::text from ledger.entries e
  group by e.transaction_id, e.currency having sum(e.amount) <> 0
  union all
  select 'status change was altered', s.transaction_id || ' step ' || s.sequence from steps s
  where s.sequence <> s.position or s.from_status is distinct from s.previous_status
    or s.hash is distinct from sha256(s.previous_hash || convert_to(row (s.transaction_id, s.sequence, s.from_status,
      s.to_status, s.movement_id, s.reason, s.evidence, s.actor_id,
      (extract(epoch from s.created_at) * 1000000)::bigint)::text, 'UTF8'))
  union all
  select 'hold does not match its wallet', a.id::text from ledger.accounts a
  where a.kind = 'wallet_held' and a.balance <> coalesce((
    select sum(h.remaining) from ledger.holds h where h.account_id = a.id), 0)
  union all
  select 'earnings do not match the account', a.id || ' (' || a.kind || ')' from ledger.accounts a
  where a.kind in ('seller_held', 'seller_disputed') and a.balance <> coalesce((
    select sum(g.amount - g.fee) from ledger.earnings g
    where case a.kind when 'seller_held' then g.state = 'held' and g.held_account_id = a.id
      else g.state = 'disputed' and g.store_id = a.owner_id end), 0)
  union all
  select 'payouts on their way do not match the account', a.owner_id::text from ledger.accounts a
  where a.kind = 'payout_transit' and a.balance <> coalesce((
    select sum(p.amount) from ledger.payouts p where p.store_id = a.owner_id and p.state = 'reserved'), 0)
$$;

create function ledger.fingerprint() returns text
language sql stable
set search_path = ''
as $$
  -- One digest of every chain's head. Kept elsewhere, it shows later that what was written by then is still there.
  select encode(sha256(coalesce(string_agg(a.head_hash, ''::bytea order by a.id), ''::bytea)), 'hex') from ledger.accounts a
$$;

revoke execute on all functions in schema ledger from public;
grant execute on function ledger.status_of(uuid), ledger.balance_at(bigint, timestamptz),
  ledger.balance_of(ledger.account_kind, uuid, ledger.currency, timestamptz) to authenticated, service_role;
grant execute on function ledger.trial_balance(), ledger.verify(), ledger.fingerprint() to service_role;
