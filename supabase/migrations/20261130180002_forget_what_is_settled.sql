-- What failed and was settled another way since is stuck no more.

create function ledger.forget_settled_failures() returns void
language sql
set search_path = ''
as $$
  -- Items that nothing waits for any longer; those that are still due stay until they succeed. Who holds one is not
  -- waited for: it is looked at again next time.
  delete from ledger.failures f where (f.kind, f.item_id) in (
    select l.kind, l.item_id from ledger.failures l
    where case l.kind
      when 'hold' then not exists (select from ledger.holds h where h.transaction_id = l.item_id and h.is_open)
      when 'earning' then not exists (
        select from ledger.earnings g where g.transaction_id = l.item_id and g.state = 'held')
      when 'budget' then not exists (select from metering.budgets b where b.id = l.item_id and b.is_open)
      when 'dispute' then not exists (
        select from commerce.disputes d where d.order_id = l.item_id and d.due_at <= clock_timestamp())
      else false end
    for update skip locked)
$$;
revoke execute on function ledger.forget_settled_failures() from public;

create or replace function public.tend_commerce() returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_forgotten integer;
  v_counted integer := 0;
begin
  -- A batch of what time alone brings about; answers how much of each, so that the caller knows whether to go on. Safe at
  -- any moment, any number of times, from several places at once.
  delete from commerce.idempotency_keys k where k.ctid = any (array(
    select o.ctid from commerce.idempotency_keys o where o.created_at < now() - interval '30 days'
    limit 5000 for update skip locked));
  get diagnostics v_forgotten = row_count;
  begin
    v_counted := commerce.count_pending_sales();
    perform ledger.forget_failure('sale', '00000000-0000-0000-0000-000000000000');
  exception when others then
    perform ledger.note_failure('sale', '00000000-0000-0000-0000-000000000000', sqlerrm);
  end;
  perform ledger.forget_settled_failures();
  return jsonb_build_object(
    'forgottenKeys', v_forgotten,
    'expiredHolds', ledger.expire_holds(),
    'releasedEarnings', ledger.release_earnings(),
    'countedPackages', v_counted);
end
$$;
