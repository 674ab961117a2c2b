-- Files beside a manifest: bytes stored once by hash, uploads that wait for their version, and what a version holds.

create table catalog.artefacts (
  id uuid primary key default gen_random_uuid(),
  store text not null check (store in ('database', 's3', 'supabase')),
  sha256 bytea unique check (octet_length(sha256) = 32),
  size_bytes bigint check (size_bytes between 1 and 52428800),
  created_at timestamptz not null default now(),
  doomed_at timestamptz,
  check ((sha256 is null) = (size_bytes is null) or doomed_at is not null)
);
comment on table catalog.artefacts is 'Bytes of a file, once by hash, under the key "id" in "store". Without a hash they are still arriving, or doomed.';
-- What the collector looks for.
create index artefacts_arriving on catalog.artefacts (created_at) where sha256 is null;

create table catalog.artefact_chunks (
  artefact_id uuid not null references catalog.artefacts (id) on delete cascade,
  position integer not null check (position >= 0),
  bytes bytea not null check (octet_length(bytes) between 1 and 262144),
  primary key (artefact_id, position)
);
comment on table catalog.artefact_chunks is 'The default store: pieces of 256 KiB, the last one shorter. Written and read by the service alone.';
-- Archives are compressed already: trying again costs time and makes a range read the whole piece.
alter table catalog.artefact_chunks alter column bytes set storage external;

create table catalog.uploads (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  handle text not null check (char_length(handle) between 3 and 129),
  version text not null check (char_length(version) between 5 and 128),
  name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$' and name !~ '\.\.'),
  artefact_id uuid not null references catalog.artefacts (id) on delete restrict,
  media_type text,
  completed_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table catalog.uploads is 'Files that a person has sent for a version not yet published. Publishing takes them over; a day later they go.';
-- A file that is being sent again stands beside the one that is there until it has arrived.
create unique index uploads_by_name on catalog.uploads (user_id, handle, version, lower(name)) where completed_at is not null;
create index uploads_by_age on catalog.uploads (created_at);
create index uploads_by_artefact on catalog.uploads (artefact_id);
create index uploads_by_user on catalog.uploads (user_id);

create table catalog.version_files (
  version_id uuid not null references catalog.versions (id) on delete cascade,
  name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$' and name !~ '\.\.'),
  artefact_id uuid not null references catalog.artefacts (id) on delete restrict,
  sha256 bytea not null,
  size_bytes bigint not null,
  media_type text not null,
  primary key (version_id, name)
);
comment on table catalog.version_files is 'The files of a published version. Never added to, changed or taken from once it is out.';
create unique index version_files_by_folded_name on catalog.version_files (version_id, lower(name));
create index version_files_by_artefact on catalog.version_files (artefact_id);

create function catalog.forbid_file_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'The files of a published version cannot be changed.' using errcode = 'SK409', detail = 'version_exists';
end
$$;
create trigger forbid_file_rewrite before update on catalog.version_files
  for each row execute function catalog.forbid_file_rewrite();
create trigger forbid_chunk_rewrite before update on catalog.artefact_chunks
  for each row execute function catalog.forbid_file_rewrite();

create function catalog.begin_upload(
  p_handle text, p_version text, p_name text, p_store text, p_max_user_bytes bigint, p_max_files integer
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_namespace text := split_part(p_handle, '/', 1);
  v_artefact_id uuid;
begin
  -- Lets the caller send one file for a version of theirs that is not out yet; answers the key to store it under.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in or send an API token to upload files.');
  end if;
  if not exists (select from catalog.namespaces n
                 where n.name = v_namespace and catalog.owns_store(n.store_id)) then
    perform catalog.refuse('403', 'namespace_not_owned',
      format('The namespace "%s" is not yours. Claim it, or publish under one that is.', v_namespace));
  end if;
  if exists (select from catalog.namespaces n join catalog.stores s on s.id = n.store_id
             where n.name = v_namespace and s.status = 'suspended') then
    perform catalog.refuse('403', 'store_suspended', 'This store is suspended and cannot publish.');
  end if;
  if exists (select from catalog.packages p join catalog.versions v on v.package_id = p.id
             where p.handle = p_handle and v.version = p_version) then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s is already published; its files never change.', p_handle, p_version));
  end if;
  -- One at a time for each person, so that two uploads cannot both take the last place.
  perform pg_advisory_xact_lock(hashtext('souk-upload'), hashtext(v_user_id::text));
  if (select count(distinct lower(u.name)) from catalog.uploads u
      where u.user_id = v_user_id and u.handle = p_handle and u.version = p_version
        and lower(u.name) <> lower(p_name)) >= p_max_files then
    perform catalog.refuse('422', 'validation_failed', format('A version has at most %s files.', p_max_files), 'file');
  end if;
  -- What is still arriving may become as large as is allowed.
  if (select coalesce(sum(coalesce(a.size_bytes, 52428800)), 0) from catalog.uploads u
      join catalog.artefacts a on a.id = u.artefact_id where u.user_id = v_user_id) + 52428800 > p_max_user_bytes then
    perform catalog.refuse('429', 'quota_exceeded',
      'Too many of your files wait for their version. Publish it, or delete uploads that you do not need.');
  end if;
  insert into catalog.artefacts (store) values (p_store) returning id into v_artefact_id;
  insert into catalog.uploads (user_id, handle, version, name, artefact_id)
  values (v_user_id, p_handle, p_version, p_name, v_artefact_id);
  return v_artefact_id;
end
$$;

create function catalog.upload_json(p_upload catalog.uploads, p_artefact catalog.artefacts) returns jsonb
language sql immutable
set search_path = ''
as $$
  select jsonb_build_object('name', p_upload.name, 'sizeBytes', p_artefact.size_bytes,
    'sha256', encode(p_artefact.sha256, 'hex'), 'mediaType', p_upload.media_type,
    'expiresAt', to_char((p_upload.completed_at + interval '24 hours') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
$$;

create function catalog.finish_upload(
  p_artefact_id uuid, p_sha256 text, p_size_bytes bigint, p_media_type text
) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_sha256 bytea := decode(p_sha256, 'hex');
  v_upload catalog.uploads;
  v_artefact catalog.artefacts;
begin
  -- The bytes have arrived. Bytes that are stored already are not stored twice: the upload then points at those, and
  -- what has just arrived is doomed.
  select u.* into v_upload from catalog.uploads u
  where u.artefact_id = p_artefact_id and u.user_id = (select auth.uid()) and u.completed_at is null
  for update;
  if v_upload.id is null then
    perform catalog.refuse('409', 'conflict', 'This upload is over: it took too long or was deleted.');
  end if;
  select a.* into v_artefact from catalog.artefacts a where a.sha256 = v_sha256 for key share;
  if v_artefact.id is null then
    begin
      update catalog.artefacts a set sha256 = v_sha256, size_bytes = p_size_bytes
      where a.id = p_artefact_id and a.doomed_at is null
      returning a.* into v_artefact;
    exception when unique_violation then
      -- The same bytes arrived twice at once, and the other was first.
      select a.* into v_artefact from catalog.artefacts a where a.sha256 = v_sha256 for key share;
    end;
  end if;
  if v_artefact.id is null then
    perform catalog.refuse('409', 'conflict', 'This upload is over: it took too long or was deleted.');
  end if;
  delete from catalog.uploads u
  where u.user_id = v_upload.user_id and u.handle = v_upload.handle and u.version = v_upload.version
    and lower(u.name) = lower(v_upload.name) and u.completed_at is not null;
  update catalog.uploads u set artefact_id = v_artefact.id, media_type = p_media_type, completed_at = now()
  where u.id = v_upload.id returning u.* into v_upload;
  if v_artefact.id <> p_artefact_id then
    update catalog.artefacts a set doomed_at = now() where a.id = p_artefact_id;
  end if;
  return catalog.upload_json(v_upload, v_artefact) || jsonb_build_object('key', v_artefact.id);
end
$$;

create function catalog.abandon_upload(p_artefact_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Nothing of an upload that failed is kept: the collector, who is told at once, removes what has arrived.
  delete from catalog.uploads u
  where u.artefact_id = p_artefact_id and u.user_id = (select auth.uid()) and u.completed_at is null;
  if found then
    update catalog.artefacts a set doomed_at = now() where a.id = p_artefact_id and a.sha256 is null;
  end if;
end
$$;

create function catalog.list_uploads(p_handle text, p_version text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The caller's own. With its owner's rights, because the table of stored bytes is nobody's to read.
  select coalesce(jsonb_agg(catalog.upload_json(u, a) order by u.name), '[]')
  from catalog.uploads u join catalog.artefacts a on a.id = u.artefact_id
  where u.user_id = (select auth.uid()) and u.handle = p_handle and u.version = p_version
    and u.completed_at is not null
$$;

create function catalog.delete_upload(p_handle text, p_version text, p_name text) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from catalog.uploads u
  where u.user_id = (select auth.uid()) and u.handle = p_handle and u.version = p_version and u.name = p_name
    and u.completed_at is not null;
  return found;
end
$$;

create function catalog.attach_files(p_handle text, p_version text, p_files jsonb, p_max_files integer) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_version_id uuid;
  v_file record;
  v_upload catalog.uploads;
  v_artefact catalog.artefacts;
begin
  -- Gives uploads, [{name, sha256?}], to the version that this very transaction publishes. A version that was there
  -- before takes none: its row was written by an earlier transaction.
  if jsonb_array_length(p_files) > p_max_files then
    perform catalog.refuse('422', 'validation_failed', format('A version has at most %s files.', p_max_files), 'files');
  end if;
  select v.id into v_version_id
  from catalog.versions v join catalog.packages p on p.id = v.package_id
  where p.handle = p_handle and v.version = p_version and v.published_by = (select auth.uid())
    and v.xmin = pg_current_xact_id()::xid;
  if v_version_id is null then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s is already published; its files never change.', p_handle, p_version));
  end if;
  for v_file in
    select f.value ->> 'name' as name, f.value ->> 'sha256' as sha256, f.ordinality - 1 as place
    from jsonb_array_elements(p_files) with ordinality f
  loop
    select u.* into v_upload from catalog.uploads u
    where u.user_id = (select auth.uid()) and u.handle = p_handle and u.version = p_version and u.name = v_file.name
      and u.completed_at is not null
    for update;
    if v_upload.id is null then
      perform catalog.refuse('422', 'validation_failed',
        format('There is no upload "%s" of yours for %s@%s.', v_file.name, p_handle, p_version),
        format('files[%s]', v_file.place));
    end if;
    select a.* into v_artefact from catalog.artefacts a where a.id = v_upload.artefact_id;
    if v_file.sha256 is not null and v_file.sha256 <> encode(v_artefact.sha256, 'hex') then
      perform catalog.refuse('422', 'validation_failed',
        format('The upload "%s" has other bytes: its sha256 is %s.', v_file.name, encode(v_artefact.sha256, 'hex')),
        format('files[%s]', v_file.place));
    end if;
    insert into catalog.version_files (version_id, name, artefact_id, sha256, size_bytes, media_type)
    values (v_version_id, v_upload.name, v_artefact.id, v_artefact.sha256, v_artefact.size_bytes, v_upload.media_type);
    delete from catalog.uploads u where u.id = v_upload.id;
  end loop;
  perform identity.record_audit('version.attach', p_handle || '@' || p_version, split_part(p_handle, '/', 1),
    jsonb_build_object('files', catalog.version_files_of(v_version_id)));
  return catalog.version_files_of(v_version_id);
end
$$;

create function catalog.version_files_of(p_version_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'sizeBytes', f.size_bytes,
    'sha256', encode(f.sha256, 'hex'), 'mediaType', f.media_type) order by f.name), '[]')
  from catalog.version_files f where f.version_id = p_version_id
$$;

create function catalog.with_version_files(p_page jsonb) returns jsonb
language sql stable
set search_path = ''
as $$
  -- Puts "files" into each of the page's "versions", as the caller may see them; null stays null.
  select case when p_page is null then null else jsonb_set(p_page, '{versions}', coalesce((
    select jsonb_agg(entry.value || jsonb_build_object('files', coalesce(held.files, '[]')) order by entry.ordinality)
    from jsonb_array_elements(p_page -> 'versions') with ordinality entry
    left join (
      select v.version, catalog.version_files_of(v.id) as files
      from catalog.packages p join catalog.versions v on v.package_id = p.id
      where p.handle = p_page ->> 'handle'
        and exists (select from catalog.version_files f where f.version_id = v.id)
    ) held on held.version = entry.value ->> 'version'), '[]')) end
$$;

create function catalog.read_version_file(p_handle text, p_version text, p_name text)
returns table (outcome text, price_amount bigint, sha256 text, size_bytes bigint, media_type text, store text, key uuid)
language sql stable security definer
set search_path = ''
as $$
  -- Whoever may have the manifest may have its files, by the very same decision. No row: nothing they may know of.
  select m.outcome, m.price_amount, encode(f.sha256, 'hex'), f.size_bytes, f.media_type,
    case when m.outcome = 'ok' then a.store end, case when m.outcome = 'ok' then a.id end
  from catalog.read_manifest(p_handle, p_version) m
  join catalog.packages p on p.handle = p_handle
  join catalog.versions v on v.package_id = p.id and v.version = p_version
  join catalog.version_files f on f.version_id = v.id and f.name = p_name
  join catalog.artefacts a on a.id = f.artefact_id
$$;

create function catalog.doom_artefacts(p_limit integer, p_now timestamptz default now()) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_ids uuid[];
  v_doomed jsonb;
begin
  -- Ends uploads that stopped arriving two hours ago or waited a day for their version, and answers the stored bytes
  -- that nobody refers to, [{key, store}]. They are forgotten only when they are really gone.
  delete from catalog.uploads u
  where u.id in (
    select w.id from catalog.uploads w
    where w.created_at < p_now - interval '2 hours'
      and coalesce(w.completed_at + interval '24 hours', w.created_at + interval '2 hours') < p_now
    order by w.created_at limit p_limit for update skip locked);
  -- Locked first and looked at again after: an upload of the same bytes may have found them in between.
  v_ids := array(
    select a.id from catalog.artefacts a
    where not exists (select from catalog.uploads u where u.artefact_id = a.id)
      and not exists (select from catalog.version_files f where f.artefact_id = a.id)
    order by a.created_at limit p_limit
    for update of a skip locked);
  with doomed as (
    update catalog.artefacts a set doomed_at = coalesce(a.doomed_at, p_now), sha256 = null
    where a.id = any (v_ids)
      and not exists (select from catalog.uploads u where u.artefact_id = a.id)
      and not exists (select from catalog.version_files f where f.artefact_id = a.id)
    returning a.id, a.store
  )
  select coalesce(jsonb_agg(jsonb_build_object('key', d.id, 'store', d.store)), '[]') into v_doomed from doomed d;
  return v_doomed;
end
$$;

create function catalog.forget_artefact(p_artefact_id uuid) returns void
language sql security definer
set search_path = ''
as $$
  delete from catalog.artefacts a where a.id = p_artefact_id and a.doomed_at is not null
$$;

alter table catalog.artefacts enable row level security;
alter table catalog.artefact_chunks enable row level security;
alter table catalog.uploads enable row level security;
alter table catalog.version_files enable row level security;
create policy uploads_select_own on catalog.uploads for select to authenticated using (user_id = (select auth.uid()));
create policy version_files_select_with_version on catalog.version_files for select to anon, authenticated
  using (exists (select from catalog.versions v where v.id = version_id));
grant select on catalog.uploads to authenticated;
grant select (version_id, name, sha256, size_bytes, media_type) on catalog.version_files to anon, authenticated;
grant select on catalog.artefacts, catalog.version_files, catalog.uploads to service_role;
grant select, insert, delete on catalog.artefact_chunks to service_role;

revoke execute on function catalog.forbid_file_rewrite(), catalog.upload_json(catalog.uploads, catalog.artefacts),
  catalog.begin_upload(text, text, text, text, bigint, integer), catalog.finish_upload(uuid, text, bigint, text),
  catalog.abandon_upload(uuid), catalog.list_uploads(text, text), catalog.delete_upload(text, text, text),
  catalog.attach_files(text, text, jsonb, integer), catalog.version_files_of(uuid),
  catalog.with_version_files(jsonb), catalog.read_version_file(text, text, text),
  catalog.doom_artefacts(integer, timestamptz), catalog.forget_artefact(uuid) from public;
grant execute on function catalog.begin_upload(text, text, text, text, bigint, integer),
  catalog.finish_upload(uuid, text, bigint, text), catalog.abandon_upload(uuid), catalog.list_uploads(text, text),
  catalog.delete_upload(text, text, text), catalog.attach_files(text, text, jsonb, integer) to authenticated;
grant execute on function catalog.version_files_of(uuid), catalog.with_version_files(jsonb),
  catalog.read_version_file(text, text, text) to anon, authenticated, service_role;
grant execute on function catalog.doom_artefacts(integer, timestamptz), catalog.forget_artefact(uuid) to service_role;
