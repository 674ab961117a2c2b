-- Verification also looks at what hashes alone do not show: a status change that is gone while its movement stands, an order
-- or an earning that says otherwise than the ledger, a transaction without legs that is gone, a debt paid twice.

create or replace function ledger.verify() returns table (fault text, subject text)
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
  ), states as (
    select t.id, t.kind, t.parent_id, t.payer_id, t.amount, t.context, coalesce(n.to_status, t.initial_status) as status
    from ledger.transactions t
    left join (
      select distinct on (l.transaction_id) l.transaction_id, l.to_status from ledger.transitions l
      order by l.transaction_id, l.sequence desc) n on n.transaction_id = t.id
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
    or a.minimum is distinct from case when a.kind in (
      'wallet', 'wallet_held', 'topup_disputed', 'seller_held', 'seller_disputed', 'payout_transit') then 0 end
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
  union all
  select 'movement without its status change', s.id || ' (' || s.kind || ')' from states s
  where s.kind in ('refund', 'dispute_open', 'dispute_upheld', 'hold_release', 'payout_paid', 'payout_failed')
    and not exists (
      select from ledger.transitions n where n.movement_id = s.id and n.transaction_id = s.parent_id)
  union all
  select 'transaction is missing', g.about || ' ' || g.id from (
    select 'of status change of', n.transaction_id, n.movement_id from ledger.transitions n where n.movement_id is not null
    union all select 'of order', o.id, o.transaction_id from commerce.orders o
    union all select 'of earning', e.transaction_id, e.transaction_id from ledger.earnings e
    union all select 'of hold', h.transaction_id, h.transaction_id from ledger.holds h
    union all select 'of payout', p.transaction_id, p.transaction_id from ledger.payouts p
    union all select 'before', t.id, t.parent_id from ledger.transactions t where t.parent_id is not null
  ) g (about, id, transaction_id)
  where not exists (select from ledger.transactions t where t.id = g.transaction_id)
  union all
  select 'order does not match its transaction', o.id::text
  from commerce.orders o join states s on s.id = o.transaction_id
  where o.status <> s.status or o.price_amount <> s.amount or o.buyer_id is distinct from s.payer_id
  union all
  select 'sale without its order', s.id::text from states s
  where s.kind = 'purchase' and s.context ? 'orderId'
    and not exists (select from commerce.orders o where o.transaction_id = s.id)
  union all
  select 'earning does not match its sale', g.transaction_id::text
  from ledger.earnings g join states s on s.id = g.transaction_id
  where (g.state = 'returned') <> (s.status = 'refunded') or (g.state = 'disputed') <> (s.status = 'disputed')
  union all
  select 'hold does not match its status', h.transaction_id::text
  from ledger.holds h join states s on s.id = h.transaction_id where h.is_open <> (s.status = 'pending')
  union all
  select 'payout does not match its status', p.transaction_id::text
  from ledger.payouts p join states s on s.id = p.transaction_id
  where (p.state = 'reserved') <> (s.status = 'pending')
  union all
  select 'top-up does not match what was reversed of it', s.id::text
  from states s left join (
    select t.parent_id, sum(t.amount) as amount from ledger.transactions t where t.kind = 'top_up_reversal'
    group by t.parent_id) r on r.parent_id = s.id
  where s.kind = 'top_up' and (coalesce(r.amount, 0) > s.amount
    or (coalesce(r.amount, 0) = s.amount) <> (s.status = 'refunded'))
  union all
  select 'somebody paid more than they owed', a.owner_id::text from ledger.accounts a
  where a.kind = 'receivable' and a.balance > 0
$$;

create or replace function ledger.fingerprint() returns text
language sql stable
set search_path = ''
as $$
  -- One digest of every chain's head, every transaction and every status change, those that moved nothing included. Kept
  -- elsewhere, it shows later that what was written by then is still there. Digests of parts of the id, which begins with
  -- the time, keep what is held in memory small.
  with heads as (
    select sha256(coalesce(string_agg(a.head_hash, ''::bytea order by a.id), ''::bytea)) as digest from ledger.accounts a
  ), written as (
    select sha256(coalesce(string_agg(t.digest, ''::bytea order by t.part), ''::bytea)) as digest from (
      select left(w.id::text, 8) as part, sha256(string_agg(w.hash, ''::bytea order by w.id)) as digest
      from ledger.transactions w group by left(w.id::text, 8)) t
  ), changed as (
    select sha256(coalesce(string_agg(n.digest, ''::bytea order by n.part), ''::bytea)) as digest from (
      select left(w.transaction_id::text, 8) as part,
        sha256(string_agg(w.hash, ''::bytea order by w.transaction_id, w.sequence)) as digest
      from ledger.transitions w group by left(w.transaction_id::text, 8)) n
  )
  select encode(sha256(h.digest || w.digest || c.digest
    || int8send((select count(*) from ledger.transactions))), 'hex')
  from heads h cross join written w cross join changed c
$$;
