-- Legs are added up by the statement that writes them, all transactions of it at once, instead of one by one at commit. A
-- statement that leaves a transaction out of balance is refused even if a later one would have put it right; none does that.

-- Whoever reads the ledger for long is not in front of purchases: then this gives up and is tried again.
set local lock_timeout = '2s';

create or replace function ledger.require_own_transaction() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  -- Legs come with their transaction and never later, and whatever statement writes some writes them in balance: so the sum
  -- of a transaction's legs is zero in each currency, and stays it.
  if exists (
    select from written w left join ledger.transactions t
      on t.id = w.transaction_id and t.written_in = pg_current_xact_id()
    where t.id is null) then
    raise exception 'Entries are written together with their transaction.' using errcode = '23514';
  end if;
  select w.transaction_id into v_id from written w group by w.transaction_id, w.currency having sum(w.amount) <> 0 limit 1;
  if v_id is not null then
    raise exception 'Ledger transaction % does not sum to zero.', v_id using errcode = '23514';
  end if;
  return null;
end
$$;
drop trigger require_balance on ledger.transactions;
drop function ledger.require_balance();
comment on table ledger.entries is 'One leg of a transaction on one account. The hash covers the transaction, the leg and the account''s previous entry, so that each account is a chain. A trigger does what foreign keys would, and adds the legs up, once a statement rather than once a leg.';

create or replace function ledger.post_transaction(
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
  -- out. That the legs sum to zero is checked when they are written, and that no wallet goes below zero.
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
