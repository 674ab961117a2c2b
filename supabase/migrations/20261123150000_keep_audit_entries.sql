-- Who changed what, when: one append-only row for every change, written in the same transaction by triggers, so that no
-- function can forget it, and by identity.record_audit where a trigger cannot know what was meant.

create table identity.audit_entries (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  actor_id uuid,
  actor_kind text not null check (actor_kind in ('user', 'operator', 'token', 'system')),
  token_id uuid,
  action text collate "C" not null check (action ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$'),
  subject text not null check (char_length(subject) between 1 and 300),
  namespace text,
  concerns_id uuid,
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object')
);
comment on table identity.audit_entries is 'Append-only. Written by identity.record_audit alone. No foreign keys: entries outlive the people and things they name.';
comment on column identity.audit_entries.concerns_id is 'The person whose thing it is, besides the namespace: a store''s owner, an invited member.';
create index audit_entries_newest_first on identity.audit_entries (created_at desc, id desc);
create index audit_entries_by_namespace on identity.audit_entries (namespace, created_at desc, id desc);
create index audit_entries_by_actor on identity.audit_entries (actor_id, created_at desc, id desc);
create index audit_entries_by_person on identity.audit_entries (concerns_id, created_at desc, id desc)
  where concerns_id is not null;
create index audit_entries_by_action on identity.audit_entries (action, created_at desc, id desc);
create index audit_entries_by_subject on identity.audit_entries (subject, created_at desc, id desc);

create function identity.forbid_audit_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- For every role, the table's owner included.
  raise exception 'The audit log cannot be changed.' using errcode = 'SK403', detail = 'forbidden';
end
$$;
create trigger forbid_audit_rewrite before update or delete on identity.audit_entries
  for each row execute function identity.forbid_audit_rewrite();
create trigger forbid_audit_truncate before truncate on identity.audit_entries
  for each statement execute function identity.forbid_audit_rewrite();

create function catalog.managed_namespaces() returns setof text
language sql stable security definer
set search_path = ''
as $$
  -- The namespaces whose business is the caller's.
  select n.name from catalog.namespaces n join catalog.stores s on s.id = n.store_id
  where s.owner_id = (select auth.uid())
$$;

alter table identity.audit_entries enable row level security;
create policy audit_entries_select_operator on identity.audit_entries for select to authenticated
  using ((select identity.is_operator()));
create policy audit_entries_select_own on identity.audit_entries for select to authenticated
  using (actor_id = (select auth.uid()) or concerns_id = (select auth.uid()));
create policy audit_entries_select_namespace on identity.audit_entries for select to authenticated
  using (namespace in (select catalog.managed_namespaces()));
grant select on identity.audit_entries to authenticated, service_role;

create function identity.record_audit(
  p_action text, p_subject text, p_namespace text default null, p_detail jsonb default '{}', p_concerns_id uuid default null
) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_claims jsonb := coalesce((select auth.jwt()), '{}');
  v_reason text := nullif(current_setting('souk.audit_reason', true), '');
begin
  -- Writes one entry in the caller's transaction: who from the verified claims, when from its clock. Empty facts are left out.
  insert into identity.audit_entries (actor_id, actor_kind, token_id, action, subject, namespace, concerns_id, detail)
  values (
    (select auth.uid()),
    case
      when (select auth.uid()) is null then 'system'
      when v_claims ? 'token_id' then 'token'
      when identity.is_operator() then 'operator'
      else 'user'
    end,
    (v_claims ->> 'token_id')::uuid, p_action, p_subject, p_namespace, p_concerns_id,
    jsonb_strip_nulls(coalesce(p_detail, '{}')
      || case when v_reason is null then '{}' else jsonb_build_object('reason', v_reason) end));
end
$$;

create function identity.give_reason(p_reason text) returns void
language sql
set search_path = ''
as $$
  -- Every entry that this transaction writes from here on carries the reason: for the functions whose change a trigger records.
  select set_config('souk.audit_reason', coalesce(p_reason, ''), true)
$$;

create function identity.audit_token() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform identity.record_audit('token.create', new.id::text, null, jsonb_build_object('name', new.name,
      'scopes', new.scopes, 'namespaces', new.namespaces, 'expiresAt', new.expires_at), new.user_id);
  else
    perform identity.record_audit('token.revoke', new.id::text, null, jsonb_build_object('name', new.name), new.user_id);
  end if;
  return null;
end
$$;
create trigger audit_token after insert on identity.api_tokens
  for each row execute function identity.audit_token();
create trigger audit_token_end after update of revoked_at on identity.api_tokens
  for each row when (old.revoked_at is null and new.revoked_at is not null) execute function identity.audit_token();

create function catalog.audit_store() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform identity.record_audit('store.open', new.slug, null,
      jsonb_build_object('name', new.name, 'status', new.status), new.owner_id);
    return null;
  end if;
  if new.status is distinct from old.status then
    perform identity.record_audit(
      case new.status when 'approved' then 'store.approve' when 'suspended' then 'store.suspend' else 'store.queue' end,
      new.slug, null, jsonb_build_object('from', old.status), new.owner_id);
  end if;
  if (new.name, new.description, new.owner_id) is distinct from (old.name, old.description, old.owner_id) then
    perform identity.record_audit('store.update', new.slug, null, jsonb_build_object('name', new.name), new.owner_id);
  end if;
  return null;
end
$$;
create trigger audit_store after insert on catalog.stores
  for each row execute function catalog.audit_store();
create trigger audit_store_change after update of status, name, description, owner_id on catalog.stores
  for each row when (old.* is distinct from new.*) execute function catalog.audit_store();

create function catalog.audit_namespace() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_slug text := (select s.slug from catalog.stores s where s.id = new.store_id);
begin
  if tg_op = 'INSERT' then
    perform identity.record_audit('namespace.claim', new.name, new.name, jsonb_build_object('store', v_slug));
  else
    perform identity.record_audit('namespace.transfer', new.name, new.name, jsonb_build_object('store', v_slug,
      'from', (select s.slug from catalog.stores s where s.id = old.store_id)));
  end if;
  return null;
end
$$;
create trigger audit_namespace after insert on catalog.namespaces
  for each row execute function catalog.audit_namespace();
create trigger audit_namespace_move after update of store_id on catalog.namespaces
  for each row when (old.store_id is distinct from new.store_id) execute function catalog.audit_namespace();

create function catalog.audit_version() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_handle text := (select p.handle from catalog.packages p where p.id = new.package_id);
  v_subject text := v_handle || '@' || new.version;
  v_namespace text := split_part(v_handle, '/', 1);
begin
  if tg_op = 'INSERT' then
    perform identity.record_audit('version.publish', v_subject, v_namespace,
      jsonb_build_object('sha256', encode(new.sha256, 'hex'), 'sizeBytes', new.size_bytes));
  elsif new.yanked_at is null then
    perform identity.record_audit('version.unyank', v_subject, v_namespace);
  else
    perform identity.record_audit('version.yank', v_subject, v_namespace, jsonb_build_object('reason', new.yank_reason));
  end if;
  return null;
end
$$;
create trigger audit_version after insert on catalog.versions
  for each row execute function catalog.audit_version();
create trigger audit_version_yank after update of yanked_at, yank_reason on catalog.versions
  for each row when ((old.yanked_at, old.yank_reason) is distinct from (new.yanked_at, new.yank_reason))
  execute function catalog.audit_version();

create function catalog.audit_package() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_namespace text := split_part(new.handle, '/', 1);
  v_owner_id uuid := (select s.owner_id from catalog.stores s where s.id = new.store_id);
  v_category text := (select c.slug from catalog.categories c where c.id = new.category_id);
begin
  if new.status is distinct from old.status then
    perform identity.record_audit(
      case
        when new.status = 'approved' and old.status = 'quarantined' then 'package.release'
        when new.status = 'approved' then 'package.approve'
        when new.status = 'rejected' then 'package.reject'
        when new.status = 'quarantined' then 'package.quarantine'
        else 'package.queue'
      end,
      new.handle, v_namespace, jsonb_build_object('from', old.status), v_owner_id);
  end if;
  if (new.price_amount, new.category_id, new.is_available, new.is_featured)
     is distinct from (old.price_amount, old.category_id, old.is_available, old.is_featured) then
    perform identity.record_audit('package.update', new.handle, v_namespace, jsonb_build_object(
      'price', case when new.price_amount <> old.price_amount
        then jsonb_build_object('from', old.price_amount, 'to', new.price_amount) end,
      'category', case when new.category_id <> old.category_id then v_category end,
      'isAvailable', case when new.is_available <> old.is_available then new.is_available end,
      'isFeatured', case when new.is_featured <> old.is_featured then new.is_featured end), v_owner_id);
  end if;
  return null;
end
$$;
create trigger audit_package after update of price_amount, category_id, is_available, is_featured, status on catalog.packages
  for each row when (
    (old.price_amount, old.category_id, old.is_available, old.is_featured, old.status)
    is distinct from (new.price_amount, new.category_id, new.is_available, new.is_featured, new.status))
  execute function catalog.audit_package();

create function catalog.audit_review() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_handle text := (select p.handle from catalog.packages p where p.id = coalesce(new.package_id, old.package_id));
begin
  -- A review that goes with its package has no handle left to be named by.
  if v_handle is not null then
    perform identity.record_audit(
      case tg_op when 'INSERT' then 'review.write' when 'UPDATE' then 'review.change' else 'review.delete' end,
      v_handle, split_part(v_handle, '/', 1),
      jsonb_build_object('rating', coalesce(new.rating, old.rating)), coalesce(new.user_id, old.user_id));
  end if;
  return null;
end
$$;
create trigger audit_review after insert or update or delete on catalog.reviews
  for each row execute function catalog.audit_review();

revoke execute on all functions in schema identity from public;
revoke execute on all functions in schema catalog from public;
grant execute on function catalog.managed_namespaces() to authenticated;
grant execute on function identity.record_audit(text, text, text, jsonb, uuid), identity.give_reason(text) to service_role;
