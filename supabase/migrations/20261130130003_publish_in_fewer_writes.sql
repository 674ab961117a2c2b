-- Publishing writes less: a new package once, a next version only what it changes, an older one nothing but itself; and
-- publishers with dependencies wait for each other only where a circle could close.

-- A package's row is written again in place when none of its indexed columns changed (20261130190200 sees to the index that
-- held the time of the last change, which always did).
alter table catalog.packages set (fillfactor = 85);
alter table catalog.marketplace_catalog_rows set (fillfactor = 70);

create function catalog.replace_tags(p_package_id uuid, p_metadata jsonb, p_auto_tags text[]) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_wanted text[];
  v_known text[];
begin
  -- Gives a package the tags of its author and those that were derived; false when it had just those.
  select coalesce(array_agg(wanted.tag || E'\n' || wanted.source order by wanted.tag), '{}') into v_wanted
  from (
    select distinct on (tags.tag) tags.tag, tags.source
    from (
      select jsonb_array_elements_text(coalesce(p_metadata -> 'tags', '[]')) as tag, 'author' as source
      union all
      select unnest(p_auto_tags), 'auto') tags
    order by tags.tag, tags.source = 'auto') wanted;
  select coalesce(array_agg(t.key || ':' || t.value || E'\n' || t.source order by t.key || ':' || t.value), '{}') into v_known
  from catalog.package_tags t where t.package_id = p_package_id and t.source in ('author', 'auto');
  if v_wanted = v_known then
    return false;
  end if;
  delete from catalog.package_tags t where t.package_id = p_package_id and t.source in ('author', 'auto');
  insert into catalog.package_tags (package_id, key, value, source)
  select p_package_id, split_part(said.tag, ':', 1), substr(said.tag, strpos(said.tag, ':') + 1), said.source
  from (select split_part(entry, E'\n', 1) as tag, split_part(entry, E'\n', 2) as source from unnest(v_wanted) entry) said
  on conflict do nothing;
  return true;
end
$$;

create or replace function catalog.refresh_latest(p_package_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_latest record;
begin
  -- The highest release that is not yanked, or the highest prerelease when there is nothing else, speaks for the package.
  select v.version, v.metadata, v.auto_tags into v_latest
  from catalog.versions v
  where v.package_id = p_package_id and v.yanked_at is null
  order by v.is_prerelease, v.sort_key desc
  limit 1;

  update catalog.packages p set
    latest_version = v_latest.version,
    display_name = coalesce(v_latest.metadata ->> 'name', p.display_name),
    summary = coalesce(v_latest.metadata ->> 'description', p.summary),
    license = case when v_latest.version is null then p.license else v_latest.metadata ->> 'license' end,
    homepage = case when v_latest.version is null then p.homepage else v_latest.metadata ->> 'homepage' end,
    repository = case when v_latest.version is null then p.repository else v_latest.metadata ->> 'repository' end,
    readme = case when v_latest.version is null then p.readme else v_latest.metadata ->> 'readme' end,
    capabilities = case when v_latest.version is null then p.capabilities
      else array(select jsonb_array_elements_text(coalesce(v_latest.metadata -> 'capabilities', '[]'))) end,
    updated_at = now()
  where p.id = p_package_id;

  if v_latest.version is not null then
    perform catalog.replace_tags(p_package_id, v_latest.metadata, v_latest.auto_tags);
  end if;
end
$$;

create function catalog.list_package(p_package_id uuid, p_keeps_words boolean) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_row catalog.marketplace_catalog_rows;
  v_known record;
begin
  -- Writes the package's row in the listing index and answers its card, or takes the row out and answers null when the
  -- package is not on the shelf. p_keeps_words: neither its names, summary and readme nor its capabilities have changed
  -- since the row was written, so what search knows of it stays.
  -- The row is locked first and the card read after: two writers at once never leave the older card.
  select r.row_id, r.handle, r.tags, r.category_slug into v_known
  from catalog.marketplace_catalog_rows r where r.package_id = p_package_id for update;
  p_keeps_words := p_keeps_words and v_known.row_id is not null;
  select 'local', p.handle, p.id, card.entry, p.display_name, p.kind, s.product_type, c.slug, s.slug, p.price_amount,
      card.tags, (card.entry #>> '{rating,average}')::real,
      coalesce(st.sold_count, 0), coalesce(st.view_count, 0), coalesce(st.download_count, 0),
      catalog.hot_score(coalesce(st.sold_count, 0), coalesce(st.download_count, 0), coalesce(st.view_count, 0),
        (card.entry #>> '{rating,average}')::real, coalesce(st.rating_count, 0), p.is_featured),
      p.is_featured,
      case when p_keeps_words and c.slug = v_known.category_slug and card.tags = v_known.tags then null else
        catalog.search_document(p.handle || ' ' || p.display_name,
          catalog.subject_text(p.capabilities, card.tags, c.name), p.summary, p.readme) end,
      p.created_at, p.updated_at
    into v_row.registry_id, v_row.handle, v_row.package_id, v_row.entry, v_row.display_name, v_row.kind,
      v_row.product_type, v_row.category_slug, v_row.store_slug, v_row.price_amount, v_row.tags, v_row.rating_average,
      v_row.sold_count, v_row.view_count, v_row.download_count, v_row.hot_score, v_row.is_featured, v_row.search,
      v_row.created_at, v_row.updated_at
  from catalog.packages p
  join catalog.stores s on s.id = p.store_id
  join catalog.categories c on c.id = p.category_id
  left join catalog.package_stats st on st.package_id = p.id
  -- The offsets keep the planner from making the card and its tags anew for each of the places that read them.
  cross join lateral (
    select made.entry, array(select jsonb_array_elements_text(made.entry -> 'tags')) as tags
    from (select catalog.card(p.id) as entry offset 0) made offset 0) card
  where p.id = p_package_id and p.status = 'approved' and p.is_available and p.latest_version is not null
    and s.status = 'approved';
  if v_row.handle is null then
    delete from catalog.marketplace_catalog_rows r where r.package_id = p_package_id;
    return null;
  end if;
  if v_row.search is null then
    -- Without the columns that search reads: then they are not written, and no index is.
    update catalog.marketplace_catalog_rows r set
      entry = v_row.entry, display_name = v_row.display_name, kind = v_row.kind, product_type = v_row.product_type,
      store_slug = v_row.store_slug, price_amount = v_row.price_amount, rating_average = v_row.rating_average,
      sold_count = v_row.sold_count, view_count = v_row.view_count, download_count = v_row.download_count,
      hot_score = v_row.hot_score, is_featured = v_row.is_featured, updated_at = v_row.updated_at
    where r.row_id = v_known.row_id;
    return v_row.entry;
  end if;
  -- Updated first: an insert that turns into an update would use up a row_id each time a counter moves.
  if v_known.row_id is not null then
    update catalog.marketplace_catalog_rows r set
      package_id = v_row.package_id, entry = v_row.entry, display_name = v_row.display_name, kind = v_row.kind,
      product_type = v_row.product_type, category_slug = v_row.category_slug, store_slug = v_row.store_slug,
      price_amount = v_row.price_amount, tags = v_row.tags, rating_average = v_row.rating_average,
      sold_count = v_row.sold_count, view_count = v_row.view_count, download_count = v_row.download_count,
      hot_score = v_row.hot_score, is_featured = v_row.is_featured, search = v_row.search, updated_at = v_row.updated_at
    where r.row_id = v_known.row_id;
    return v_row.entry;
  end if;
  insert into catalog.marketplace_catalog_rows as r (
    registry_id, handle, package_id, entry, display_name, kind, product_type, category_slug, store_slug, price_amount,
    tags, rating_average, sold_count, view_count, download_count, hot_score, is_featured, search, created_at, updated_at)
  values ('local', v_row.handle, v_row.package_id, v_row.entry, v_row.display_name, v_row.kind, v_row.product_type,
    v_row.category_slug, v_row.store_slug, v_row.price_amount, v_row.tags, v_row.rating_average, v_row.sold_count,
    v_row.view_count, v_row.download_count, v_row.hot_score, v_row.is_featured, v_row.search, v_row.created_at,
    v_row.updated_at)
  on conflict (registry_id, handle) do update set
    package_id = excluded.package_id, entry = excluded.entry, display_name = excluded.display_name,
    kind = excluded.kind, product_type = excluded.product_type, category_slug = excluded.category_slug,
    store_slug = excluded.store_slug, price_amount = excluded.price_amount, tags = excluded.tags,
    rating_average = excluded.rating_average, sold_count = excluded.sold_count, view_count = excluded.view_count,
    download_count = excluded.download_count, hot_score = excluded.hot_score, is_featured = excluded.is_featured,
    search = excluded.search, updated_at = excluded.updated_at;
  return v_row.entry;
end
$$;

create or replace function catalog.index_package(p_package_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Brings the package's row in the listing index up to date, whatever has changed.
  perform catalog.list_package(p_package_id, false);
end
$$;

create function catalog.lock_dependencies(p_handle text, p_dependencies jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  c_class constant integer := hashtext('catalog.version_dependencies');
  v_lock record;
begin
  -- No circle closes unseen. Whoever publishes a package that nothing needs cannot close one, as long as nothing comes to
  -- need it meanwhile: so each holds its own handle alone and those that it needs with others. Whoever publishes a package
  -- that something needs walks its dependencies (catalog.add_dependencies), one such publisher at a time.
  -- In the order of the keys, the one for all last: nobody waits in a circle. Before any row is locked.
  for v_lock in
    select hashtext(named.handle) as key, bool_or(named.handle = p_handle) as is_own
    from (select p_handle as handle union all select jsonb_object_keys(p_dependencies)) named
    group by 1 order by 1
  loop
    if v_lock.is_own then
      perform pg_advisory_xact_lock(c_class, v_lock.key);
    else
      perform pg_advisory_xact_lock_shared(c_class, v_lock.key);
    end if;
  end loop;
  if exists (select from catalog.packages p join catalog.version_dependencies d on d.depends_on_id = p.id
             where p.handle = p_handle) then
    perform pg_advisory_xact_lock(c_class::bigint);
  end if;
end
$$;

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
  select n.id into v_namespace_id from catalog.namespaces n
  where n.name = split_part(v_handle, '/', 1) and catalog.may_publish(n.id);
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

  if v_dependencies <> '{}' then
    perform catalog.lock_dependencies(v_handle, v_dependencies);
  end if;
  select p.* into v_package from catalog.packages p where p.handle = v_handle for no key update;
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

revoke execute on function catalog.replace_tags(uuid, jsonb, text[]), catalog.list_package(uuid, boolean),
  catalog.lock_dependencies(text, jsonb) from public;
