-- Yanking, deprecating and deleting, and what people are told of it.

create function catalog.own_package(p_handle text) returns catalog.packages
language plpgsql
set search_path = ''
as $$
declare
  v_package catalog.packages;
begin
  -- The package that the caller may change, locked. One that they may see but not change is said to be another's; one
  -- that they may not see is not there. Inside definer functions, which pass row level security, so it decides itself.
  select p.* into v_package from catalog.packages p where p.handle = p_handle for no key update;
  if v_package.id is not null and catalog.owns_store(v_package.store_id) then
    if exists (select from catalog.stores s where s.id = v_package.store_id and s.status = 'suspended')
       and not identity.is_operator() then
      perform catalog.refuse('403', 'store_suspended', 'This store is suspended: its packages cannot be changed.');
    end if;
    return v_package;
  end if;
  if v_package.id is not null and (identity.is_operator()
      or (v_package.status = 'approved' and catalog.is_store_open(v_package.store_id)
        and (v_package.is_available or exists (select from commerce.entitlements e
          where e.package_id = v_package.id and e.user_id = (select auth.uid()))))) then
    perform catalog.refuse('403', 'namespace_not_owned', format('%s is not yours to change.', p_handle));
  end if;
  perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
end
$$;

create function catalog.deprecation(p_at timestamptz, p_message text, p_use_instead text) returns jsonb
language sql immutable
set search_path = ''
as $$
  select case when p_at is not null then jsonb_build_object('message', p_message, 'useInstead', p_use_instead) end
$$;

create function catalog.changed_version(p_handle text, p_version_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  -- What yanking and deprecating a version answer.
  return (
    select jsonb_build_object('handle', p_handle, 'latest', p.latest_version, 'version',
      catalog.with_version_files(jsonb_build_object('handle', p_handle, 'versions', (
        select jsonb_agg(listed.entry) from jsonb_array_elements(catalog.package_versions(p.id)) listed (entry)
        where listed.entry ->> 'version' = v.version))) #> '{versions,0}')
    from catalog.versions v join catalog.packages p on p.id = v.package_id where v.id = p_version_id);
end
$$;

create function catalog.yank_version(p_handle text, p_version text, p_is_yanked boolean, p_reason text default null)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package catalog.packages;
  v_version catalog.versions;
begin
  -- Takes a version out of what `latest` and ranges mean, or puts it back. Done twice it changes the reason at most.
  if (select auth.uid()) is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in or send an API token to yank.');
  end if;
  v_package := catalog.own_package(p_handle);
  select * into v_version from catalog.versions v where v.package_id = v_package.id and v.version = p_version for update;
  if v_version.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no %s@%s.', p_handle, p_version));
  end if;
  update catalog.versions v set
    yanked_at = case when p_is_yanked then coalesce(v.yanked_at, now()) end,
    yank_reason = case when p_is_yanked then nullif(trim(p_reason), '') end
  where v.id = v_version.id;
  if p_is_yanked <> (v_version.yanked_at is not null) then
    perform catalog.refresh_latest(v_package.id);
    perform catalog.index_package(v_package.id);
  end if;
  return catalog.changed_version(p_handle, v_version.id);
end
$$;

create function catalog.check_use_instead(p_use_instead text, p_handle text, p_version text) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_target catalog.packages;
begin
  -- What is to be used instead, `namespace/name` or `namespace/name@version`, must be there for everybody and be another.
  if coalesce(trim(p_use_instead), '') = '' then
    return null;
  end if;
  select p.* into v_target from catalog.packages p where p.handle = split_part(trim(p_use_instead), '@', 1)
    and (catalog.owns_store(p.store_id)
      or (p.status = 'approved' and p.is_available and catalog.is_store_open(p.store_id)));
  if v_target.id is null or (trim(p_use_instead) like '%@%' and not exists (
      select from catalog.versions v where v.package_id = v_target.id and v.version = split_part(trim(p_use_instead), '@', 2))) then
    perform catalog.refuse('422', 'validation_failed', format('There is no %s.', trim(p_use_instead)), 'useInstead');
  end if;
  if v_target.handle = p_handle and (p_version is null or split_part(trim(p_use_instead), '@', 2) in ('', p_version)) then
    perform catalog.refuse('422', 'validation_failed', 'Name another one to use instead.', 'useInstead');
  end if;
  return trim(p_use_instead);
end
$$;

create function catalog.deprecate(p_handle text, p_version text, p_deprecation jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package catalog.packages;
  v_version_id uuid;
  v_use_instead text;
  v_message text := p_deprecation ->> 'message';
  v_at timestamptz := case when v_message is not null then now() end;
begin
  -- Advises against a version, or against the whole package when p_version is null: {message, useInstead?}. A null
  -- deprecation takes the advice back. Nothing else changes: it resolves and downloads as before.
  if (select auth.uid()) is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in or send an API token to deprecate.');
  end if;
  v_package := catalog.own_package(p_handle);
  v_use_instead := catalog.check_use_instead(p_deprecation ->> 'useInstead', p_handle, p_version);
  if p_version is null then
    update catalog.packages p set deprecated_at = v_at, deprecation_message = v_message, use_instead = v_use_instead
    where p.id = v_package.id;
    perform catalog.index_package(v_package.id);
    return catalog.card(v_package.id);
  end if;
  update catalog.versions v set deprecated_at = v_at, deprecation_message = v_message, use_instead = v_use_instead
  where v.package_id = v_package.id and v.version = p_version
  returning v.id into v_version_id;
  if v_version_id is null then
    perform catalog.refuse('404', 'not_found', format('There is no %s@%s.', p_handle, p_version));
  end if;
  return catalog.changed_version(p_handle, v_version_id);
end
$$;

create function catalog.delete_version(p_handle text, p_version text, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package catalog.packages;
  v_version catalog.versions;
begin
  -- Deletes a version and, when no other has the same, its bytes. What stays is its number, so that it is never used again.
  if not identity.is_operator() then
    perform catalog.refuse('403', 'forbidden', 'Only an operator deletes versions; yank it instead.');
  end if;
  select p.* into v_package from catalog.packages p where p.handle = p_handle for no key update;
  select * into v_version from catalog.versions v where v.package_id = v_package.id and v.version = p_version for update;
  if v_version.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no %s@%s.', p_handle, p_version));
  end if;
  insert into catalog.version_tombstones (package_id, version, sort_key, sha256, published_at, deleted_by, reason)
  values (v_package.id, v_version.version, v_version.sort_key, v_version.sha256, v_version.created_at,
    (select auth.uid()), p_reason);
  perform identity.give_reason(p_reason);
  delete from catalog.versions v where v.id = v_version.id;
  begin
    delete from catalog.manifests m where m.sha256 = v_version.sha256
      and not exists (select from catalog.versions v where v.sha256 = m.sha256);
  exception when foreign_key_violation then
    -- Published again, under another name, while this ran: then they stay.
    null;
  end;
  perform catalog.refresh_latest(v_package.id);
  perform catalog.index_package(v_package.id);
  return jsonb_build_object('handle', p_handle, 'version', p_version, 'reason', p_reason,
    'latest', (select p.latest_version from catalog.packages p where p.id = v_package.id));
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.yank_version(text, text, boolean, text), catalog.deprecate(text, text, jsonb),
  catalog.delete_version(text, text, text) to authenticated;
grant execute on function catalog.deprecation(timestamptz, text, text) to anon, authenticated, service_role;
