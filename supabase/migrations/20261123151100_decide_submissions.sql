-- What operators decide about stores and packages, why, and how sellers hand in again. Each decision changes the status,
-- is kept with its reason and tells the seller, in one transaction; triggers take the listing along.

alter table catalog.stores drop constraint stores_status_check;
alter table catalog.stores add constraint stores_status_check
  check (status in ('pending', 'approved', 'rejected', 'suspended')) not valid;
alter table catalog.stores validate constraint stores_status_check;

-- When it last began to wait: the order of the queue. To the millisecond, as cursors say it.
alter table catalog.stores add column submitted_at timestamptz;
alter table catalog.packages add column submitted_at timestamptz;
update catalog.stores set submitted_at = date_trunc('milliseconds', created_at);
update catalog.packages set submitted_at = date_trunc('milliseconds', created_at);
alter table catalog.stores alter column submitted_at set default date_trunc('milliseconds', now()),
  alter column submitted_at set not null;
alter table catalog.packages alter column submitted_at set default date_trunc('milliseconds', now()),
  alter column submitted_at set not null;
drop index catalog.packages_awaiting_approval;
create index packages_awaiting_approval on catalog.packages (submitted_at, id) where status = 'pending';
create index stores_awaiting_approval on catalog.stores (submitted_at, id) where status = 'pending';
create index packages_by_status on catalog.packages (status, (handle collate "C"));
create index packages_in_order on catalog.packages ((handle collate "C"));

create table catalog.decisions (
  id uuid primary key default gen_random_uuid(),
  package_id uuid references catalog.packages (id) on delete cascade,
  store_id uuid references catalog.stores (id) on delete cascade,
  action text not null check (action in ('submit', 'approve', 'reject', 'quarantine', 'release')),
  from_status text not null,
  to_status text not null,
  reason text not null default '' check (char_length(reason) <= 1000),
  version text,
  decided_by uuid references auth.users (id) on delete set null,
  decided_at timestamptz not null default clock_timestamp(),
  check ((package_id is null) <> (store_id is null))
);
comment on table catalog.decisions is 'The history of what a store or a package was handed in as and what operators decided. version is the latest one then.';
create index decisions_of_package on catalog.decisions (package_id, decided_at desc);
create index decisions_of_store on catalog.decisions (store_id, decided_at desc);
create index decisions_by_person on catalog.decisions (decided_by);

alter table catalog.decisions enable row level security;
create policy decisions_select_own on catalog.decisions for select to authenticated
  using (catalog.owns_store(coalesce(store_id, (select p.store_id from catalog.packages p where p.id = package_id))));
create policy decisions_select_operator on catalog.decisions for select to authenticated
  using ((select identity.is_operator()));
-- Sellers learn what was decided, not which operator did.
grant select (id, package_id, store_id, action, from_status, to_status, reason, version, decided_at)
  on catalog.decisions to authenticated;
grant select on catalog.decisions to service_role;

create function catalog.decided_status(p_status text, p_action text, p_before text, p_closed text) returns text
language plpgsql
set search_path = ''
as $$
begin
  -- The status that a decision leads to; p_closed is what quarantine is called and p_before what was before it.
  -- Deciding what already stands changes nothing, so that two operators who agree do not trip over each other.
  case p_action
    when 'approve' then
      if p_status = p_closed then
        perform catalog.refuse('409', 'conflict', 'It is in quarantine: release it instead.');
      end if;
      return 'approved';
    when 'reject' then
      if p_status not in ('pending', 'rejected') then
        perform catalog.refuse('409', 'conflict', 'Only what waits for approval can be rejected. Quarantine hides what is approved.');
      end if;
      return 'rejected';
    when 'quarantine' then
      return p_closed;
    when 'release' then
      if p_status <> p_closed then
        perform catalog.refuse('409', 'conflict', 'It is not in quarantine.');
      end if;
      return coalesce(p_before, 'approved');
  end case;
end
$$;

create function catalog.notify_decision(p_owner_id uuid, p_subject text, p_action text, p_name text, p_reason text, p_href text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform identity.notify_person(p_owner_id, p_subject || '.' || p_action,
    case p_action
      when 'approve' then format('%s is approved', p_name)
      when 'reject' then format('%s was not approved', p_name)
      when 'quarantine' then format('%s was taken off the shelf', p_name)
      else format('%s is back', p_name)
    end, p_href, p_reason);
end
$$;

create function catalog.decide_package(p_handle text, p_action text, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package catalog.packages;
  v_status text;
begin
  -- Approves, rejects, quarantines or releases a package. Operators only.
  perform catalog.require_operator();
  select p.* into v_package from catalog.packages p where p.handle = p_handle for no key update;
  if v_package.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  v_status := catalog.decided_status(v_package.status, p_action, (
    select d.from_status from catalog.decisions d
    where d.package_id = v_package.id and d.action = 'quarantine' order by d.decided_at desc limit 1), 'quarantined');
  if v_status <> v_package.status then
    perform set_config('souk.audit_reason', coalesce(p_reason, ''), true);
    insert into catalog.decisions (package_id, action, from_status, to_status, reason, version, decided_by)
    values (v_package.id, p_action, v_package.status, v_status, coalesce(p_reason, ''), v_package.latest_version,
      (select auth.uid()));
    update catalog.packages set status = v_status where id = v_package.id;
    perform catalog.notify_decision((select s.owner_id from catalog.stores s where s.id = v_package.store_id), 'package',
      p_action, p_handle, p_reason, '/dashboard/packages/' || p_handle);
  end if;
  return catalog.card(v_package.id) || jsonb_build_object('status', v_status, 'isAvailable', v_package.is_available);
end
$$;

create function catalog.decide_store(p_slug text, p_action text, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_store catalog.stores;
  v_status text;
begin
  -- Approves, rejects, quarantines (suspends) or releases a store with everything in it. Operators only.
  perform catalog.require_operator();
  select s.* into v_store from catalog.stores s where s.slug = p_slug for no key update;
  if v_store.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no store %s.', p_slug));
  end if;
  v_status := catalog.decided_status(v_store.status, p_action, (
    select d.from_status from catalog.decisions d
    where d.store_id = v_store.id and d.action = 'quarantine' order by d.decided_at desc limit 1), 'suspended');
  if v_status <> v_store.status then
    perform set_config('souk.audit_reason', coalesce(p_reason, ''), true);
    insert into catalog.decisions (store_id, action, from_status, to_status, reason, decided_by)
    values (v_store.id, p_action, v_store.status, v_status, coalesce(p_reason, ''), (select auth.uid()));
    update catalog.stores set status = v_status where id = v_store.id;
    perform catalog.notify_decision(v_store.owner_id, 'store', p_action, 'Your store ' || v_store.name, p_reason,
      '/dashboard');
  end if;
  return jsonb_build_object('slug', v_store.slug, 'name', v_store.name, 'description', v_store.description,
    'status', v_status, 'createdAt', to_char(v_store.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
end
$$;

create function catalog.submit_package(p_handle text, p_note text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package catalog.packages;
begin
  -- Hands a rejected package in again, with what the seller says has changed. Its owner only; to others it is not there.
  select p.* into v_package from catalog.packages p
  where p.handle = p_handle and catalog.owns_store(p.store_id) for no key update;
  if v_package.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  if v_package.status not in ('pending', 'rejected') then
    perform catalog.refuse('409', 'conflict', format('%s does not wait to be handed in.', p_handle));
  end if;
  if v_package.status = 'rejected' then
    insert into catalog.decisions (package_id, action, from_status, to_status, reason, version, decided_by)
    values (v_package.id, 'submit', 'rejected', 'pending', coalesce(p_note, ''), v_package.latest_version, (select auth.uid()));
    update catalog.packages set status = 'pending', submitted_at = date_trunc('milliseconds', now())
    where id = v_package.id;
  end if;
  return catalog.card(v_package.id) || jsonb_build_object('status', 'pending', 'isAvailable', v_package.is_available);
end
$$;

create function catalog.submit_store(p_note text) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_store catalog.stores;
begin
  -- Hands the caller's rejected store in again, with what they say has changed.
  select s.* into v_store from catalog.stores s where s.owner_id = (select auth.uid()) for no key update;
  if v_store.id is null then
    perform catalog.refuse('404', 'not_found', 'You have no store.');
  end if;
  if v_store.status not in ('pending', 'rejected') then
    perform catalog.refuse('409', 'conflict', 'Your store does not wait to be handed in.');
  end if;
  if v_store.status = 'rejected' then
    insert into catalog.decisions (store_id, action, from_status, to_status, reason, decided_by)
    values (v_store.id, 'submit', 'rejected', 'pending', coalesce(p_note, ''), (select auth.uid()));
    update catalog.stores set status = 'pending', submitted_at = date_trunc('milliseconds', now()) where id = v_store.id;
  end if;
end
$$;

create function catalog.decision_entry(p_decision_id uuid, p_with_person boolean) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('action', d.action, 'fromStatus', d.from_status, 'toStatus', d.to_status, 'reason', d.reason,
    'version', d.version,
    'decidedAt', to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    || case when p_with_person then jsonb_build_object('decidedBy', (
      select pr.display_name from identity.profiles pr where pr.user_id = d.decided_by)) else '{}' end
  from catalog.decisions d where d.id = p_decision_id
$$;

create function catalog.decisions_about(p_package_id uuid, p_store_id uuid) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The last fifty decisions about a package or a store, newest first, for its owner and for operators, who also see by whom.
  select coalesce(jsonb_agg(catalog.decision_entry(d.id, identity.is_operator()) order by d.decided_at desc), '[]')
  from (
    select d.id, d.decided_at from catalog.decisions d
    where (d.package_id = p_package_id or d.store_id = p_store_id)
      and (identity.is_operator()
        or catalog.owns_store(coalesce(d.store_id, (select p.store_id from catalog.packages p where p.id = d.package_id))))
    order by d.decided_at desc limit 50) d
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.decide_package(text, text, text), catalog.decide_store(text, text, text),
  catalog.submit_package(text, text), catalog.submit_store(text), catalog.decisions_about(uuid, uuid) to authenticated;
