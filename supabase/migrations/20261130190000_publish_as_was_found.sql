-- Publishing and what changes meanwhile: who may publish, for which store, and whether that store is open stay as they were
-- found until the version is there.

create or replace function catalog.publish_version(p_manifest jsonb, p_yaml text, p_release jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_handle text := p_manifest ->> 'id';
  v_number text := p_manifest ->> 'version';
  v_metadata jsonb := p_manifest -> 'metadata';
  v_dependencies jsonb := coalesce(p_manifest -> 'dependencies', '{}');
  v_auto_tags text[] := array(select jsonb_array_elements_text(coalesce(p_release -> 'autoTags', '[]')));
  v_capabilities text[] := array(select jsonb_array_elements_text(coalesce(p_manifest #> '{metadata,capabilities}', '[]')));
  v_sort_key text := catalog.version_sort_key(p_manifest ->> 'version');
  v_is_prerelease boolean := split_part(v_sort_key, ' ', 1) like '%-%';
  v_namespace_id uuid;
  v_store_id uuid;
  v_store catalog.stores;
  v_package catalog.packages;
  v_is_new boolean := false;
  v_keeps_words boolean;
  v_category_id smallint;
  v_latest_key text;
  v_sha256 bytea := sha256(convert_to(p_yaml, 'UTF8'));
  v_version catalog.versions;
  v_card jsonb;
begin
  -- Publishes one version, all or nothing. p_manifest is the validated manifest, whose spec is not read here, and p_yaml
  -- its exact text; p_release is {approval, dependencyBounds?, category?, autoTags?, scopes?}: scopes are those of an API
  -- token, dependencyBounds the compiled range (RangeBounds of lib/kernel/semver.ts) of each dependency.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in or send an API token to publish.');
  end if;
  -- Whoever gives the namespace away or changes its members holds this row alone: they come wholly before or wholly after.
  -- The next statement is one of its own, so that it sees what this one has waited for.
  perform from catalog.namespaces n where n.name = split_part(v_handle, '/', 1) for key share;
  select n.id, n.store_id into v_namespace_id, v_store_id from catalog.namespaces n
  where n.name = split_part(v_handle, '/', 1) and catalog.may_publish(n.id);
  if v_namespace_id is null then
    perform catalog.refuse('403', 'namespace_not_owned',
      format('The namespace "%s" is not yours. Claim it, or publish under one that is.', split_part(v_handle, '/', 1)));
  end if;
  if v_sort_key is null then
    perform catalog.refuse('422', 'invalid_manifest', format('"%s" is not a semantic version.', v_number), 'version');
  end if;

  select c.id into v_category_id from catalog.categories c
  where c.slug = coalesce(p_release ->> 'category', 'other') and c.is_active;
  if v_category_id is null then
    perform catalog.refuse('422', 'validation_failed', format('There is no category "%s".', p_release ->> 'category'), 'category');
  end if;

  if v_dependencies <> '{}' then
    perform catalog.lock_dependencies(v_handle, v_dependencies);
  end if;
  select p.* into v_package from catalog.packages p where p.handle = v_handle for no key update;
  if v_package.latest_version is null then
    -- What comes onto the shelf has no row there yet that a decision about the store could find and wait for.
    select s.* into v_store from catalog.stores s where s.id = v_store_id for share;
  else
    select s.* into v_store from catalog.stores s where s.id = v_store_id;
  end if;
  if v_store.status = 'suspended' then
    perform catalog.refuse('403', 'store_suspended', 'This store is suspended and cannot publish.');
  end if;
  if v_package.id is null then
    if p_release ? 'scopes' and not p_release -> 'scopes' ? 'publish:new' then
      perform catalog.refuse('403', 'insufficient_scope', 'This token may not publish new packages.');
    end if;
    -- Its first version speaks for it.
    insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, status, latest_version,
      display_name, summary, license, homepage, repository, readme, capabilities)
    values (v_namespace_id, v_store.id, v_category_id, v_handle, split_part(v_handle, '/', 2), p_manifest ->> 'kind',
      case when v_store.status = 'approved' and p_release ->> 'approval' = 'auto' then 'approved' else 'pending' end,
      v_number, coalesce(v_metadata ->> 'name', ''), coalesce(v_metadata ->> 'description', ''), v_metadata ->> 'license',
      v_metadata ->> 'homepage', v_metadata ->> 'repository', v_metadata ->> 'readme', v_capabilities)
    on conflict do nothing
    returning * into v_package;
    v_is_new := v_package.id is not null;
    if not v_is_new then
      -- Somebody else was first by a moment.
      select p.* into v_package from catalog.packages p where p.handle = v_handle for no key update;
    end if;
  elsif p_release ? 'scopes' and not p_release -> 'scopes' ? 'publish:update' then
    perform catalog.refuse('403', 'insufficient_scope', 'This token may not publish new versions of a package.');
  end if;
  if v_package.kind <> p_manifest ->> 'kind' then
    perform catalog.refuse('422', 'kind_changed',
      format('%s is of kind %s; a version cannot change that.', v_handle, v_package.kind));
  end if;
  if not v_is_new and exists (
      select from catalog.version_tombstones t where t.package_id = v_package.id and t.version = v_number) then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s was deleted; a version number is never used twice.', v_handle, v_number));
  end if;

  loop
    insert into catalog.manifests (sha256, yaml_content, size_bytes)
    values (v_sha256, p_yaml, octet_length(p_yaml))
    on conflict (sha256) do nothing;
    exit when found;
    -- The same bytes may be on their way out with a version that an operator deletes.
    perform from catalog.manifests m where m.sha256 = v_sha256 for key share;
    exit when found;
  end loop;
  insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata,
    dependencies, auto_tags, published_by)
  values (v_package.id, v_number, v_sort_key, v_is_prerelease, v_sha256, octet_length(p_yaml), v_metadata,
    v_dependencies, v_auto_tags, v_user_id)
  on conflict (package_id, version) do nothing
  returning * into v_version;
  if v_version.id is null then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s is already published; a version never changes.', v_handle, v_number));
  end if;
  perform catalog.add_dependencies(v_version.id, p_release -> 'dependencyBounds');

  if v_is_new then
    perform catalog.replace_tags(v_package.id, v_metadata, v_auto_tags);
    insert into catalog.package_stats (package_id) values (v_package.id) on conflict do nothing;
    v_card := catalog.list_package(v_package.id, false);
  else
    if p_release ? 'category' and v_package.category_id <> v_category_id then
      update catalog.packages set category_id = v_category_id where id = v_package.id;
    end if;
    -- As catalog.refresh_latest decides, without reading the other versions: only a higher one, or a release after a
    -- prerelease, speaks for the package from now on. For an older one nothing that others see changes.
    v_latest_key := catalog.version_sort_key(v_package.latest_version);
    if v_latest_key is null
       or (not v_is_prerelease and split_part(v_latest_key, ' ', 1) like '%-%')
       or (v_is_prerelease = (split_part(v_latest_key, ' ', 1) like '%-%')
           and v_sort_key collate "C" > v_latest_key collate "C") then
      v_keeps_words := not catalog.replace_tags(v_package.id, v_metadata, v_auto_tags)
        and (v_package.display_name, v_package.summary, v_package.readme, v_package.capabilities) is not distinct from
          (coalesce(v_metadata ->> 'name', v_package.display_name),
            coalesce(v_metadata ->> 'description', v_package.summary), v_metadata ->> 'readme', v_capabilities);
      update catalog.packages p set
        latest_version = v_number,
        display_name = coalesce(v_metadata ->> 'name', p.display_name),
        summary = coalesce(v_metadata ->> 'description', p.summary),
        license = v_metadata ->> 'license',
        homepage = v_metadata ->> 'homepage',
        repository = v_metadata ->> 'repository',
        readme = case when v_keeps_words then p.readme else v_metadata ->> 'readme' end,
        capabilities = v_capabilities,
        updated_at = now()
      where p.id = v_package.id;
      v_card := catalog.list_package(v_package.id, v_keeps_words);
    end if;
  end if;

  return jsonb_build_object(
    'packageId', v_package.id,
    'package', coalesce(v_card, catalog.card(v_package.id)) || jsonb_build_object('status', v_package.status),
    'version', jsonb_build_object('version', v_version.version, 'sha256', encode(v_sha256, 'hex'),
      'sizeBytes', v_version.size_bytes, 'yanked', false, 'isPrerelease', v_version.is_prerelease,
      'createdAt', to_char(v_version.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
end
$$;

do $$
declare
  v_source text := pg_get_functiondef('catalog.answer_offer(uuid, boolean)'::regprocedure);
  v_reading text := 'select s.* into v_store from catalog.stores s where s.owner_id = v_user_id;';
begin
  -- Only the lock is new: a decision that closes the receiving store comes wholly before the transfer, which then refuses,
  -- or wholly after it, and then finds the packages that moved.
  if position(v_reading in v_source) = 0 then
    raise exception 'answer_offer does not read the receiving store as expected';
  end if;
  execute replace(v_source, v_reading, rtrim(v_reading, ';') || ' for share;');
end
$$;
