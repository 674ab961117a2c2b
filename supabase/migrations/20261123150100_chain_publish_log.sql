-- The public log of what was published, yanked and deleted: append-only, each entry hashed together with the hash of the
-- one before, so that whoever remembers one hash notices any later change to what came before it.

create function identity.actor_kind() returns text
language sql stable
set search_path = ''
as $$
  select case
    when (select auth.uid()) is null then 'system'
    when coalesce((select auth.jwt()), '{}') ? 'token_id' then 'token'
    when identity.is_operator() then 'operator'
    else 'user'
  end
$$;

create or replace function identity.record_audit(
  p_action text, p_subject text, p_namespace text default null, p_detail jsonb default '{}', p_concerns_id uuid default null
) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_reason text := nullif(current_setting('souk.audit_reason', true), '');
begin
  -- Writes one entry in the caller's transaction: who from the verified claims, when from its clock. Empty facts are left out.
  insert into identity.audit_entries (actor_id, actor_kind, token_id, action, subject, namespace, concerns_id, detail)
  values ((select auth.uid()), identity.actor_kind(), ((select auth.jwt()) ->> 'token_id')::uuid, p_action, p_subject,
    p_namespace, p_concerns_id, jsonb_strip_nulls(coalesce(p_detail, '{}')
      || case when v_reason is null then '{}' else jsonb_build_object('reason', v_reason) end));
end
$$;

create table catalog.publish_log (
  id bigint generated always as identity primary key,
  position bigint unique check (position > 0),
  previous_hash bytea check (octet_length(previous_hash) = 32),
  hash bytea unique check (octet_length(hash) = 32),
  created_at timestamptz not null default now(),
  action text not null check (action in ('publish', 'yank', 'unyank', 'delete')),
  handle text not null,
  version text not null,
  sha256 bytea not null,
  store_slug text not null,
  actor_kind text not null check (actor_kind in ('user', 'operator', 'token', 'system')),
  actor_salt uuid not null default gen_random_uuid(),
  actor_commitment bytea not null check (octet_length(actor_commitment) = 32),
  check ((position is null) = (hash is null) and (position is null) = (previous_hash is null))
);
comment on table catalog.publish_log is 'Append-only. An entry is sealed once, with its position and hash; nothing else ever changes. Read through catalog.read_publish_log.';
comment on column catalog.publish_log.actor_commitment is 'sha256(salt || user id): binds the operator to who it was without telling the public.';
create index publish_log_unsealed on catalog.publish_log (id) where position is null;
create index publish_log_by_handle on catalog.publish_log (handle, version);

create function catalog.publish_entry_hash(p_entry catalog.publish_log) returns bytea
language sql immutable
set search_path = ''
as $$
  -- What lib/kernel/publish-log.ts computes: a line a fact, none of which can hold a line break.
  select sha256(convert_to(concat_ws(E'\n', 'souk-log-1', p_entry.position::text, encode(p_entry.previous_hash, 'hex'),
    to_char(p_entry.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), p_entry.action, p_entry.handle,
    p_entry.version, encode(p_entry.sha256, 'hex'), p_entry.store_slug, p_entry.actor_kind,
    encode(p_entry.actor_commitment, 'hex')), 'UTF8'))
$$;

create function catalog.guard_publish_log() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- For every role, the table's owner included: no deletion, no change but the seal, and no seal that breaks the chain.
  if tg_op = 'UPDATE' and old.position is null and new.position is not null
     and (to_jsonb(new) - array['position', 'previous_hash', 'hash']) = (to_jsonb(old) - array['position', 'previous_hash', 'hash'])
     and new.hash = catalog.publish_entry_hash(new)
     and new.previous_hash = (case when new.position = 1 then decode(repeat('00', 32), 'hex')
       else (select l.hash from catalog.publish_log l where l.position = new.position - 1) end) then
    return new;
  end if;
  raise exception 'The publish log cannot be changed.' using errcode = 'SK403', detail = 'forbidden';
end
$$;
create trigger guard_publish_log before update or delete on catalog.publish_log
  for each row execute function catalog.guard_publish_log();
create trigger guard_publish_log_truncate before truncate on catalog.publish_log
  for each statement execute function catalog.guard_publish_log();

create function catalog.seal_publish_log(p_waits boolean, p_limit integer) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  c_lock constant bigint := 7310031;
  v_entry catalog.publish_log;
  v_position bigint;
  v_hash bytea;
  v_count integer := 0;
begin
  -- Seals what is committed and waiting, in the order it was written, one sealer at a time. Publishers do not wait for
  -- each other: who finds a sealer at work leaves its entry to the next.
  if p_waits then
    perform pg_advisory_xact_lock(c_lock);
  elsif not pg_try_advisory_xact_lock(c_lock) then
    return 0;
  end if;
  select l.position, l.hash into v_position, v_hash
  from catalog.publish_log l where l.position is not null order by l.position desc limit 1;
  for v_entry in
    select l.* from catalog.publish_log l where l.position is null order by l.id limit p_limit
  loop
    v_position := coalesce(v_position, 0) + 1;
    v_entry.position := v_position;
    v_entry.previous_hash := coalesce(v_hash, decode(repeat('00', 32), 'hex'));
    v_hash := catalog.publish_entry_hash(v_entry);
    update catalog.publish_log l
    set position = v_position, previous_hash = v_entry.previous_hash, hash = v_hash
    where l.id = v_entry.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function catalog.seal_at_commit() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform catalog.seal_publish_log(false, 100);
  return null;
end
$$;
create constraint trigger seal_at_commit after insert on catalog.publish_log
  deferrable initially deferred
  for each row execute function catalog.seal_at_commit();

create function catalog.log_version() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_version catalog.versions := coalesce(new, old);
  v_user_id text := coalesce((select auth.uid())::text, '');
  v_salt uuid := gen_random_uuid();
begin
  insert into catalog.publish_log
    (action, handle, version, sha256, store_slug, actor_kind, actor_salt, actor_commitment)
  select
    case tg_op when 'INSERT' then 'publish' when 'DELETE' then 'delete'
      else case when v_version.yanked_at is null then 'unyank' else 'yank' end end,
    p.handle, v_version.version, v_version.sha256, s.slug, identity.actor_kind(), v_salt,
    sha256(convert_to(v_salt::text || v_user_id, 'UTF8'))
  from catalog.packages p join catalog.stores s on s.id = p.store_id
  where p.id = v_version.package_id;
  if tg_op = 'DELETE' then
    perform identity.record_audit('version.delete', p.handle || '@' || old.version, split_part(p.handle, '/', 1),
      jsonb_build_object('sha256', encode(old.sha256, 'hex')), s.owner_id)
    from catalog.packages p join catalog.stores s on s.id = p.store_id
    where p.id = old.package_id;
  end if;
  return null;
end
$$;
create trigger log_version after insert or delete on catalog.versions
  for each row execute function catalog.log_version();
create trigger log_version_yank after update of yanked_at on catalog.versions
  for each row when ((old.yanked_at is null) <> (new.yanked_at is null)) execute function catalog.log_version();

create function catalog.read_publish_log(p_after bigint, p_limit integer) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Sealed entries after a position, and the head. Seals what waits first, so that a reader misses nothing committed.
  if exists (select from catalog.publish_log l where l.position is null) then
    perform catalog.seal_publish_log(true, 2000);
  end if;
  return jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(jsonb_build_object('position', page.position, 'action', page.action, 'handle', page.handle,
        'version', page.version, 'sha256', encode(page.sha256, 'hex'),
        'createdAt', to_char(page.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'actor', jsonb_build_object('store', page.store_slug, 'kind', page.actor_kind,
          'commitment', encode(page.actor_commitment, 'hex')),
        'previousHash', encode(page.previous_hash, 'hex'), 'hash', encode(page.hash, 'hex')) order by page.position)
      from (
        select l.* from catalog.publish_log l where l.position > p_after order by l.position limit p_limit) page), '[]'),
    'head', (
      select jsonb_build_object('position', l.position, 'hash', encode(l.hash, 'hex'))
      from catalog.publish_log l where l.position is not null order by l.position desc limit 1));
end
$$;

-- Before the rows: a table with deferred triggers waiting cannot be altered.
alter table catalog.publish_log enable row level security;

-- What was published before the log was kept, in the order it happened.
insert into catalog.publish_log
  (created_at, action, handle, version, sha256, store_slug, actor_kind, actor_salt, actor_commitment)
select v.created_at, 'publish', p.handle, v.version, v.sha256, s.slug,
  case when v.published_by is null then 'system' else 'user' end, salted.salt,
  sha256(convert_to(salted.salt::text || coalesce(v.published_by::text, ''), 'UTF8'))
from catalog.versions v
join catalog.packages p on p.id = v.package_id
join catalog.stores s on s.id = p.store_id
cross join lateral (select gen_random_uuid() as salt where v.id is not null) salted
order by v.created_at, v.id;

revoke execute on function identity.actor_kind() from public;
revoke execute on all functions in schema catalog from public;
grant execute on function catalog.read_publish_log(bigint, integer) to anon, authenticated, service_role;
