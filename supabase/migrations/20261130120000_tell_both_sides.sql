-- Orders say on which side of them somebody stands and until when they can be disputed; files of a dispute, refunds and
-- decisions that wait are told to whom they concern.

create table identity.operators (
  user_id uuid primary key references auth.users (id) on delete cascade
);
comment on table identity.operators is 'Whom to tell what waits for an operator: kept from auth.users by trigger, since nobody may index that. It grants nothing; identity.is_operator() does.';
alter table identity.operators enable row level security;
-- No policies: only functions with their owner's rights read it.
revoke all on identity.operators from anon, authenticated, service_role;

create function identity.follow_operators() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if new.raw_app_meta_data ->> 'role' = 'operator' then
    insert into identity.operators (user_id) values (new.id) on conflict do nothing;
  else
    delete from identity.operators o where o.user_id = new.id;
  end if;
  return null;
end
$$;
revoke execute on function identity.follow_operators() from public, anon, authenticated;
create trigger follow_operators_added after insert on auth.users
  for each row when (new.raw_app_meta_data ->> 'role' = 'operator') execute function identity.follow_operators();
create trigger follow_operators_changed after update of raw_app_meta_data on auth.users
  for each row when (old.raw_app_meta_data ->> 'role' is distinct from new.raw_app_meta_data ->> 'role')
  execute function identity.follow_operators();
insert into identity.operators (user_id)
select u.id from auth.users u where u.raw_app_meta_data ->> 'role' = 'operator';

create or replace function commerce.read_order(p_order_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- An order with what became of it, for its buyer, its seller and operators; null for anybody else. Definer, because the
  -- package or the store may have been taken from sight since.
  return (
    select commerce.order_dto(o) || jsonb_build_object(
      'name', coalesce(nullif(p.display_name, ''), o.handle),
      'side', side.name,
      'buyer', coalesce(b.display_name, 'A former member'),
      'seller', jsonb_build_object('slug', s.slug, 'name', s.name),
      'paidWith', jsonb_build_object('amount', o.price_amount, 'currency', 'CRD'),
      'releaseAt', (select commerce.json_time(g.release_at) from ledger.earnings g
        where g.transaction_id = o.transaction_id),
      'disputableUntil', case when o.price_amount > 0 then commerce.json_time(commerce.dispute_until(o)) end,
      'allows', jsonb_build_object(
        'refund', o.status in ('settled', 'disputed') and side.name <> 'buyer'
          and (commerce.selling_role(o.seller_id, o.package_id) = 'owner' or identity.is_operator()),
        'dispute', o.status = 'settled' and o.price_amount > 0 and side.name = 'buyer'
          and commerce.dispute_until(o) > clock_timestamp()
          and not exists (select from commerce.disputes d where d.order_id = o.id)),
      'timeline', jsonb_build_array(jsonb_build_object('status', 'settled', 'by', 'buyer', 'reason', '',
        'at', commerce.json_time(o.created_at))) || coalesce((
          select jsonb_agg(jsonb_build_object('status', n.to_status, 'reason', n.reason,
            'at', commerce.json_time(n.created_at),
            'by', case when n.actor_id is null then 'system' when n.actor_id = o.buyer_id then 'buyer'
              when n.actor_id = s.owner_id or exists (
                select from catalog.namespace_members m
                where m.namespace_id = p.namespace_id and m.user_id = n.actor_id and m.role = 'owner') then 'seller'
              else 'operator' end) order by n.sequence)
          from ledger.transitions n where n.transaction_id = o.transaction_id), '[]'))
    from commerce.orders o
    cross join lateral (select commerce.dispute_side(o) as name) side
    join catalog.stores s on s.id = o.seller_id
    left join catalog.packages p on p.id = o.package_id
    left join identity.profiles b on b.user_id = o.buyer_id
    where o.id = p_order_id and side.name is not null);
end
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
  -- By an owner of what was sold or an operator, never by the buyer, even one who is an operator: they are told how else
  -- to get their money back. Others see nothing.
  select o.* into v_order from commerce.orders o where o.id = p_order_id;
  v_role := commerce.selling_role(v_order.seller_id, v_order.package_id);
  if v_order.id is null or v_user_id is null
     or v_role is null and not identity.is_operator() and v_order.buyer_id <> v_user_id then
    perform catalog.refuse('404', 'not_found', 'There is no such order.');
  elsif v_order.buyer_id = v_user_id or v_role is distinct from 'owner' and not identity.is_operator() then
    perform catalog.refuse('403', 'forbidden', case when v_role is null
      then 'The seller refunds. Open a dispute to ask for your money back.' else 'Only an owner refunds.' end);
  end if;
  v_order := commerce.refund_order_by(p_order_id, p_reason, '{}', v_user_id);
  perform identity.record_audit('order.refund', v_order.id::text, split_part(v_order.handle, '/', 1),
    jsonb_build_object('handle', v_order.handle, 'amount', v_order.price_amount, 'reason', p_reason), v_order.buyer_id);
  return commerce.order_dto(v_order);
end
$$;

create function commerce.tell_of_refund() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_reason text;
  v_user_id uuid;
begin
  -- Whoever refunds an order, and by whatever way, its buyer is told, and the store when it was not the store. What ends
  -- a dispute has words of its own.
  select n.reason into v_reason from ledger.transitions n where n.transaction_id = new.transaction_id
  order by n.sequence desc limit 1;
  for v_user_id in
    select new.buyer_id union select s.owner_id from catalog.stores s where s.id = new.seller_id
  loop
    if v_user_id is distinct from (select auth.uid()) then
      perform identity.notify_person(v_user_id, 'order.refunded', format(case when v_user_id = new.buyer_id
        then 'Your purchase of %s was refunded' else 'A sale of %s was refunded' end, new.handle),
        '/orders/' || new.id, v_reason);
    end if;
  end loop;
  return null;
end
$$;
create trigger tell_of_refund after update of status on commerce.orders
  for each row when (old.status = 'settled' and new.status = 'refunded')
  execute function commerce.tell_of_refund();

create function commerce.tell_operators() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid;
  v_order commerce.orders;
begin
  -- A dispute waits for a decision: every operator who is no side of it is told.
  select o.* into v_order from commerce.orders o where o.id = new.order_id;
  for v_user_id in
    select o.user_id from identity.operators o
    where o.user_id <> new.buyer_id
      and not exists (select from catalog.stores s where s.id = new.seller_id and s.owner_id = o.user_id)
      and not exists (select from catalog.packages p
        join catalog.namespace_members m on m.namespace_id = p.namespace_id and m.user_id = o.user_id
        where p.id = v_order.package_id and p.store_id = new.seller_id)
  loop
    perform identity.notify_person(v_user_id, 'dispute.waiting',
      format('A dispute of %s waits for a decision', v_order.handle), '/operator/disputes/' || new.order_id,
      format('Until %s (UTC); undecided, the buyer is refunded.',
        to_char(new.due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')));
  end loop;
  return null;
end
$$;
create trigger tell_operators_opened after insert on commerce.disputes
  for each row when (new.state = 'awaiting_decision') execute function commerce.tell_operators();
create trigger tell_operators_answered after update of state on commerce.disputes
  for each row when (old.state <> 'awaiting_decision' and new.state = 'awaiting_decision')
  execute function commerce.tell_operators();

create function commerce.tell_of_file(p_order commerce.orders, p_side text, p_name text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_told record;
begin
  -- The other side, or both when an operator shows something; once, however many files come before they look.
  for v_told in
    select p_order.buyer_id as user_id, '/orders/' || p_order.id || '/dispute' as href where p_side <> 'buyer'
    union
    select s.owner_id, '/dashboard/disputes/' || p_order.id from catalog.stores s
    where s.id = p_order.seller_id and p_side <> 'seller'
    union
    select m.user_id, '/dashboard/disputes/' || p_order.id
    from catalog.packages p join catalog.namespace_members m on m.namespace_id = p.namespace_id
    where p.id = p_order.package_id and p.store_id = p_order.seller_id and m.role = 'owner' and p_side <> 'seller'
  loop
    if v_told.user_id is distinct from (select auth.uid()) and not exists (
      select from identity.notifications n
      where n.user_id = v_told.user_id and n.read_at is null and n.kind = 'dispute.file' and n.href = v_told.href)
    then
      perform identity.notify_person(v_told.user_id, 'dispute.file', format(case p_side
          when 'buyer' then 'The buyer showed a file in the dispute of %s'
          when 'seller' then 'The seller showed a file in your dispute of %s'
          else 'An operator showed a file in the dispute of %s' end, p_order.handle), v_told.href, p_name);
    end if;
  end loop;
end
$$;

create or replace function commerce.finish_dispute_file(p_id uuid, p_sha256 text, p_size_bytes bigint, p_media_type text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_file commerce.dispute_files;
  v_order commerce.orders;
begin
  -- The bytes have arrived, and the other side is told. A dispute that was decided meanwhile takes them no more.
  select f.* into v_file from commerce.dispute_files f
  where f.id = p_id and f.user_id = (select auth.uid()) and f.completed_at is null;
  if v_file.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such file.');
  end if;
  v_order := commerce.party_order(v_file.order_id);
  perform commerce.open_dispute_of(v_order);
  update commerce.dispute_files f set sha256 = decode(p_sha256, 'hex'), size_bytes = p_size_bytes,
    media_type = p_media_type, completed_at = clock_timestamp()
  where f.id = p_id;
  insert into commerce.dispute_events (order_id, kind, side, actor_id, file_id)
  values (v_file.order_id, 'file', v_file.side, (select auth.uid()), p_id);
  perform commerce.tell_of_file(v_order, v_file.side, v_file.name);
  return commerce.read_dispute(v_file.order_id);
end
$$;

create or replace function catalog.moderation_counts() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- What waits for an operator and what is hidden.
  perform catalog.require_operator();
  return jsonb_build_object(
    'pendingPackages', (select count(*) from catalog.packages p where p.status = 'pending' and p.latest_version is not null),
    'pendingStores', (select count(*) from catalog.stores s where s.status = 'pending'),
    'quarantinedPackages', (select count(*) from catalog.packages p where p.status = 'quarantined'),
    'suspendedStores', (select count(*) from catalog.stores s where s.status = 'suspended'),
    'waitingDisputes', (select count(*) from commerce.disputes d where d.state = 'awaiting_decision'));
end
$$;

revoke execute on function commerce.tell_of_refund(), commerce.tell_operators(),
  commerce.tell_of_file(commerce.orders, text, text) from public, anon, authenticated;
