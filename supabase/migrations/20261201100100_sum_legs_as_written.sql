-- Legs are added up by the statement that writes them, all transactions of it at once, instead of one by one at commit. A
-- statement that leaves a transaction out of balance is refused even if a later one would have put it right; none does that.

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
