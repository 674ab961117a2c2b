-- Orders for everybody who sells: owners of a namespace see, refund and limit what is sold from it, maintainers see it.
-- Balances and payouts stay with the owner of the store.

create policy orders_select_member on commerce.orders for select to authenticated
  using (exists (
    select from catalog.packages p
    where p.id = package_id and p.store_id = seller_id
      and p.namespace_id in (select catalog.maintained_namespace_ids())));

create function commerce.selling_stores() returns uuid[]
language sql stable security definer
set search_path = ''
as $$
  -- The stores in which the caller sells something: their own, and those whose namespaces they look after.
  select array(
    select s.id from catalog.stores s where s.owner_id = (select auth.uid())
    union
    select n.store_id from catalog.namespaces n join catalog.namespace_members m on m.namespace_id = n.id
    where m.user_id = (select auth.uid()))
$$;

create or replace function commerce.refund_order(p_order_id uuid, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_order commerce.orders;
  v_role text;
begin
  -- By an owner of what was sold or an operator. The buyer is told how else to get their money back; others see nothing.
  select o.* into v_order from commerce.orders o where o.id = p_order_id;
  v_role := commerce.selling_role(v_order.seller_id, v_order.package_id);
  if v_order.id is null or v_user_id is null
     or v_role is null and not identity.is_operator() and v_order.buyer_id <> v_user_id then
    perform catalog.refuse('404', 'not_found', 'There is no such order.');
  elsif v_role is distinct from 'owner' and not identity.is_operator() then
    perform catalog.refuse('403', 'forbidden', case when v_role is null
      then 'The seller refunds. Open a dispute to ask for your money back.' else 'Only an owner refunds.' end);
  end if;
  v_order := commerce.refund_order_by(p_order_id, p_reason, '{}', v_user_id);
  perform identity.record_audit('order.refund', v_order.id::text, split_part(v_order.handle, '/', 1),
    jsonb_build_object('handle', v_order.handle, 'amount', v_order.price_amount, 'reason', p_reason), v_order.buyer_id);
  return commerce.order_dto(v_order);
end
$$;

-- These asked whose the store is; from now on they ask for the caller's part in what is sold. Only those expressions
-- change in them, whatever their newest text is.
do $$
declare
  v_read text := pg_get_functiondef('commerce.read_order(uuid)'::regprocedure);
  v_stock text := pg_get_functiondef('commerce.set_stock(text, bigint)'::regprocedure);
begin
  v_read := replace(v_read, '(catalog.owns_store(o.seller_id) or identity.is_operator())',
    '(commerce.selling_role(o.seller_id, o.package_id) = ''owner'' or identity.is_operator())');
  v_read := replace(v_read, 'or catalog.owns_store(o.seller_id) or identity.is_operator()',
    'or commerce.selling_role(o.seller_id, o.package_id) is not null or identity.is_operator()');
  v_read := replace(v_read, 'when n.actor_id = s.owner_id then', 'when n.actor_id = s.owner_id or exists (
              select from catalog.namespace_members m
              where m.namespace_id = p.namespace_id and m.user_id = n.actor_id and m.role = ''owner'') then');
  v_stock := replace(v_stock, 'catalog.owns_store(p.store_id)', 'commerce.selling_role(p.store_id, p.id) = ''owner''');
  if position('owns_store' in v_read || v_stock) > 0 or position('namespace_members' in v_read) = 0 then
    raise exception 'Orders or stock still ask whose the store is';
  end if;
  execute v_read;
  execute v_stock;
end
$$;

create function commerce.money_desk() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_jobs jsonb := '[]';
begin
  -- What operators look at: the trial balance, what Stripe and we may disagree about, and whatever is stuck.
  perform catalog.require_operator();
  -- The job runner makes its own tables when it first starts.
  if to_regclass('graphile_worker.jobs') is not null then
    execute $jobs$
      select coalesce(jsonb_agg(jsonb_build_object('kind', 'job', 'id', j.id, 'text',
        j.task_identifier || ' failed ' || j.attempts || ' times: ' || left(split_part(j.last_error, E'\n', 1), 200),
        'at', commerce.json_time(j.created_at)) order by j.created_at), '[]')
      from (select * from graphile_worker.jobs f where f.last_error is not null and f.attempts >= 3
        order by f.created_at limit 10) j
    $jobs$ into v_jobs;
  end if;
  return jsonb_build_object(
    'balances', (select jsonb_agg(jsonb_build_object('kind', t.kind, 'currency', t.currency, 'accounts', t.accounts,
      'balance', t.balance)) from ledger.trial_balance() t),
    'disputes', jsonb_build_object(
      'awaitingSeller', (select count(*) from commerce.disputes d where d.state = 'awaiting_seller'),
      'awaitingDecision', (select count(*) from commerce.disputes d where d.state = 'awaiting_decision'),
      'overdue', (select count(*) from commerce.disputes d where d.due_at < now() - interval '5 minutes'),
      'nextDueAt', commerce.json_time((select min(d.due_at) from commerce.disputes d
        where d.state = 'awaiting_decision'))),
    'reconciliation', jsonb_build_object(
      'lastRunAt', commerce.json_time((select m.reached_at from payments.milestones m where m.name = 'stripe-events')),
      'healedEvents', (select count(*) from payments.stripe_events e
        where e.source = 'reconciliation' and e.received_at > now() - interval '30 days'),
      'faults', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'text', f.fault,
        'at', commerce.json_time(f.created_at)) order by f.created_at desc), '[]') from (
          select c.id, c.fault, c.created_at from payments.checkouts c where c.fault is not null
          order by c.created_at desc limit 20) f)),
    'stuck', commerce.stuck_items() || v_jobs);
end
$$;

create function commerce.stuck_items() returns jsonb
language sql stable
set search_path = ''
as $$
  -- What should have moved by itself and did not, oldest first, of each kind at most ten.
  with found as (
    (select 'event' as kind, e.id, e.type || coalesce(': ' || e.failure, '') as text, e.received_at as at
     from payments.stripe_events e where e.processed_at is null and e.received_at < now() - interval '10 minutes'
     order by e.received_at limit 10)
    union all
    (select 'top-up', c.id::text, 'open since longer than Stripe keeps a checkout', c.created_at
     from payments.checkouts c where c.status = 'open' and c.created_at < now() - interval '25 hours'
     order by c.created_at limit 10)
    union all
    (select 'payout', p.transaction_id::text, 'reserved and not sent', p.created_at
     from ledger.payouts p where p.state = 'reserved' and p.created_at < now() - interval '2 hours'
     order by p.created_at limit 10)
    union all
    (select 'earning', g.store_id::text, count(*) || ' sales past their window are not payable yet', min(g.release_at)
     from ledger.earnings g where g.state = 'held' and g.release_at < now() - interval '10 minutes'
     group by g.store_id order by 4 limit 10)
    union all
    (select 'hold', h.transaction_id::text, 'expired and not given back', h.expires_at
     from ledger.holds h where h.is_open and h.expires_at < now() - interval '10 minutes'
     order by h.expires_at limit 10)
    union all
    (select 'sale', max(n.id)::text, count(*) || ' sales wait to be counted', null::timestamptz
     from commerce.pending_sales n having count(*) > 1000)
  )
  select coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'id', f.id, 'text', f.text,
    'at', commerce.json_time(f.at)) order by f.at), '[]') from found f
$$;

revoke execute on function commerce.selling_stores(), commerce.money_desk(), commerce.stuck_items()
  from public, anon, authenticated;
grant execute on function commerce.selling_stores(), commerce.money_desk() to authenticated;
