-- Publishing orders versions itself, knows tombstones, and checks and records dependencies.

create or replace function catalog.publish_version(p_manifest jsonb, p_yaml text, p_release jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_handle text := p_manifest ->> 'id';
  v_number text := p_manifest ->> 'version';
  v_sort_key text := catalog.version_sort_key(p_manifest ->> 'version');
  v_namespace_id uuid;
  v_store catalog.stores;
  v_package catalog.packages;
  v_category_id smallint;
  v_sha256 bytea := sha256(convert_to(p_yaml, 'UTF8'));
  v_version catalog.versions;
begin
  -- Publishes one version, all or nothing. p_manifest is the validated manifest and p_yaml its exact text; p_release is
  -- {approval, dependencyBounds?, category?, autoTags?, scopes?}: scopes are those of an API token, dependencyBounds the
  -- compiled range (RangeBounds of lib/kernel/semver.ts) of each dependency.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in or send an API token to publish.');
  end if;
  select n.id into v_namespace_id from catalog.namespaces n
  where n.name = split_part(v_handle, '/', 1) and catalog.owns_store(n.store_id);
  if v_namespace_id is null then
    perform catalog.refuse('403', 'namespace_not_owned',
      format('The namespace "%s" is not yours. Claim it, or publish under one that is.', split_part(v_handle, '/', 1)));
  end if;
  select s.* into v_store from catalog.stores s
  join catalog.namespaces n on n.store_id = s.id where n.id = v_namespace_id;
  if v_store.status = 'suspended' then
    perform catalog.refuse('403', 'store_suspended', 'This store is suspended and cannot publish.');
  end if;
  if v_sort_key is null then
    perform catalog.refuse('422', 'invalid_manifest', format('"%s" is not a semantic version.', v_number), 'version');
  end if;

  select c.id into v_category_id from catalog.categories c
  where c.slug = coalesce(p_release ->> 'category', 'other') and c.is_active;
  if v_category_id is null then
    perform catalog.refuse('422', 'validation_failed', format('There is no category "%s".', p_release ->> 'category'), 'category');
  end if;

  if coalesce(p_manifest -> 'dependencies', '{}') <> '{}' then
    -- One publisher with dependencies at a time: two that need each other must not both pass. Before any row is locked.
    perform pg_advisory_xact_lock(hashtext('catalog.version_dependencies'));
  end if;
  if not exists (select from catalog.packages p where p.handle = v_handle) then
    if p_release ? 'scopes' and not p_release -> 'scopes' ? 'publish:new' then
      perform catalog.refuse('403', 'insufficient_scope', 'This token may not publish new packages.');
    end if;
    insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, status)
    values (v_namespace_id, v_store.id, v_category_id, v_handle, split_part(v_handle, '/', 2), p_manifest ->> 'kind',
      case when v_store.status = 'approved' and p_release ->> 'approval' = 'auto' then 'approved' else 'pending' end)
    on conflict do nothing;
  elsif p_release ? 'scopes' and not p_release -> 'scopes' ? 'publish:update' then
    perform catalog.refuse('403', 'insufficient_scope', 'This token may not publish new versions of a package.');
  end if;

  select p.* into v_package from catalog.packages p where p.handle = v_handle for no key update;
  if v_package.kind <> p_manifest ->> 'kind' then
    perform catalog.refuse('422', 'kind_changed',
      format('%s is of kind %s; a version cannot change that.', v_handle, v_package.kind));
  end if;
  if exists (select from catalog.version_tombstones t where t.package_id = v_package.id and t.version = v_number) then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s was deleted; a version number is never used twice.', v_handle, v_number));
  end if;

  loop
    insert into catalog.manifests (sha256, yaml_content, size_bytes)
    values (v_sha256, p_yaml, octet_length(p_yaml))
    on conflict (sha256) do nothing;
    -- The same bytes may be on their way out with a version that an operator deletes.
    perform from catalog.manifests m where m.sha256 = v_sha256 for key share;
    exit when found;
  end loop;
  insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata,
    dependencies, auto_tags, published_by)
  values (v_package.id, v_number, v_sort_key, split_part(v_sort_key, ' ', 1) like '%-%',
    v_sha256, octet_length(p_yaml), p_manifest -> 'metadata', coalesce(p_manifest -> 'dependencies', '{}'),
    array(select jsonb_array_elements_text(coalesce(p_release -> 'autoTags', '[]'))), v_user_id)
  on conflict (package_id, version) do nothing
  returning * into v_version;
  if v_version.id is null then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s is already published; a version never changes.', v_handle, v_number));
  end if;
  perform catalog.add_dependencies(v_version.id, p_release -> 'dependencyBounds');

  if p_release ? 'category' and v_package.category_id <> v_category_id then
    update catalog.packages set category_id = v_category_id where id = v_package.id;
  end if;
  perform catalog.refresh_latest(v_package.id);
  insert into catalog.package_stats (package_id) values (v_package.id) on conflict do nothing;
  perform catalog.index_package(v_package.id);

  return jsonb_build_object(
    'packageId', v_package.id,
    'package', catalog.card(v_package.id) || jsonb_build_object('status', v_package.status),
    'version', jsonb_build_object('version', v_version.version, 'sha256', encode(v_sha256, 'hex'),
      'sizeBytes', v_version.size_bytes, 'yanked', false, 'isPrerelease', v_version.is_prerelease,
      'createdAt', to_char(v_version.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
end
$$;
