-- Pages, cards and lists tell of deprecation, deleted versions and dependents. A package whose versions are all yanked
-- keeps its page: its latest version is null.

create or replace function catalog.card(p_package_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  -- The card of product.md, from the base tables, as the caller may see them.
  select jsonb_build_object(
    'handle', p.handle, 'name', p.display_name, 'summary', p.summary, 'kind', p.kind, 'productType', s.product_type,
    'price', jsonb_build_object('amount', p.price_amount, 'currency', p.price_currency),
    'category', jsonb_build_object('slug', c.slug, 'name', c.name),
    'store', jsonb_build_object('slug', s.slug, 'name', s.name),
    'iconUrl', p.icon_url, 'latestVersion', p.latest_version,
    'deprecation', catalog.deprecation(p.deprecated_at, p.deprecation_message, p.use_instead),
    'tags', coalesce((
      select jsonb_agg(t.key || ':' || t.value order by t.key, t.value)
      from catalog.package_tags t where t.package_id = p.id), '[]'),
    'rating', jsonb_build_object(
      'average', case when coalesce(st.rating_count, 0) = 0 then 0
                 else round(st.rating_sum::numeric / st.rating_count, 2) end,
      'count', coalesce(st.rating_count, 0)),
    'soldCount', coalesce(st.sold_count, 0), 'viewCount', coalesce(st.view_count, 0),
    'downloadCount', coalesce(st.download_count, 0), 'registry', 'local',
    'createdAt', to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'updatedAt', to_char(p.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from catalog.packages p
  join catalog.stores s on s.id = p.store_id
  join catalog.categories c on c.id = p.category_id
  left join catalog.package_stats st on st.package_id = p.id
  where p.id = p_package_id
$$;

create or replace function catalog.package_versions(p_package_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  -- All versions the caller may see, newest first by semver precedence.
  select coalesce(jsonb_agg(jsonb_build_object(
    'version', v.version, 'sha256', encode(v.sha256, 'hex'), 'sizeBytes', v.size_bytes,
    'isPrerelease', v.is_prerelease, 'yanked', v.yanked_at is not null, 'yankReason', v.yank_reason,
    'dependencies', v.dependencies,
    'deprecation', catalog.deprecation(v.deprecated_at, v.deprecation_message, v.use_instead),
    'createdAt', to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    order by v.sort_key desc), '[]')
  from catalog.versions v where v.package_id = p_package_id
$$;

create function catalog.deleted_versions(p_package_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('version', g.version, 'reason', g.reason,
    'deletedAt', to_char(g.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by g.sort_key desc), '[]')
  from catalog.version_tombstones g where g.package_id = p_package_id
$$;

create function catalog.listed_dependents(p_package_id uuid, p_limit integer, p_after jsonb) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- Packages on the shelf whose latest version needs this one, most popular first; p_after is [hot score, handle] of the
  -- last one seen. Definer, for the listing index holds what everybody may see and needs no policy a row.
  with dependents as materialized (
    select r.entry, r.hot_score, r.handle, d.version_range
    from catalog.version_dependencies d
    join catalog.versions v on v.id = d.version_id
    join catalog.packages p on p.id = v.package_id and p.latest_version = v.version
    join catalog.marketplace_catalog_rows r on r.package_id = p.id
    where d.depends_on_id = p_package_id
  ), page as (
    select * from dependents d
    where p_after is null or d.hot_score < (p_after ->> 0)::double precision
      or (d.hot_score = (p_after ->> 0)::double precision and d.handle > p_after ->> 1)
    order by d.hot_score desc, d.handle
    limit p_limit + 1
  ), kept as (
    select * from page order by hot_score desc, handle limit p_limit
  )
  select jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(k.entry || jsonb_build_object('range', k.version_range) order by k.hot_score desc, k.handle)
      from kept k), '[]'),
    'total', (select count(*) from dependents),
    'next', case when (select count(*) from page) > p_limit then (
      select jsonb_build_array(k.hot_score, k.handle) from kept k order by k.hot_score, k.handle desc limit 1) end)
$$;

create function catalog.package_dependents(p_handle text, p_limit integer, p_after jsonb) returns jsonb
language sql stable
set search_path = ''
as $$
  -- {items, total, next}, or null when there is no such package for the caller.
  select catalog.listed_dependents(p.id, p_limit, p_after) from catalog.packages p where p.handle = p_handle
$$;

create or replace function catalog.package_page(p_handle text) returns jsonb
language sql stable
set search_path = ''
as $$
  -- The package page's data in one statement, as the caller may see it; null when there is no such package for them.
  select catalog.card(p.id) || jsonb_build_object(
    'status', p.status, 'isAvailable', p.is_available, 'license', p.license, 'homepage', p.homepage,
    'repository', p.repository, 'readme', p.readme, 'capabilities', to_jsonb(p.capabilities),
    'tagDetails', coalesce((
      select jsonb_agg(jsonb_build_object('key', t.key, 'value', t.value, 'source', t.source) order by t.key, t.value)
      from catalog.package_tags t where t.package_id = p.id), '[]'),
    'versions', catalog.package_versions(p.id),
    'deletedVersions', catalog.deleted_versions(p.id),
    'reviews', coalesce((
      select jsonb_agg(jsonb_build_object(
        'author', recent.display_name, 'rating', recent.rating, 'body', recent.body,
        'createdAt', to_char(recent.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
      from (
        select pr.display_name, r.rating, r.body, r.created_at
        from catalog.reviews r join identity.profiles pr on pr.user_id = r.user_id
        where r.package_id = p.id
        order by r.created_at desc limit 20) recent), '[]'),
    'related', coalesce((
      select jsonb_agg(near.entry)
      from (
        select r.entry
        from catalog.marketplace_catalog_rows r
        where r.category_slug = c.slug and r.handle <> p.handle
        order by (r.kind = p.kind) desc, r.hot_score desc, r.handle
        limit 6) near), '[]'))
  from catalog.packages p
  join catalog.categories c on c.id = p.category_id
  where p.handle = p_handle
    and (p.latest_version is not null or exists (select from catalog.versions v where v.package_id = p.id))
$$;

create or replace function catalog.seller_overview() returns jsonb
language sql stable
set search_path = ''
as $$
  -- The caller's store, namespaces and packages in any state. Runs with the caller's rights.
  select jsonb_build_object(
    'store', (
      select jsonb_build_object('slug', s.slug, 'name', s.name, 'description', s.description, 'status', s.status,
        'createdAt', to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      from catalog.stores s where s.owner_id = (select auth.uid())),
    'namespaces', coalesce((
      select jsonb_agg(n.name order by n.name)
      from catalog.namespaces n join catalog.stores s on s.id = n.store_id
      where s.owner_id = (select auth.uid())), '[]'),
    'packages', coalesce((
      select jsonb_agg(catalog.card(p.id) || jsonb_build_object('status', p.status, 'isAvailable', p.is_available)
        order by p.updated_at desc)
      from catalog.packages p join catalog.stores s on s.id = p.store_id
      where s.owner_id = (select auth.uid())
        and (p.latest_version is not null or exists (select from catalog.versions v where v.package_id = p.id))), '[]'))
$$;

revoke execute on function catalog.deleted_versions(uuid), catalog.listed_dependents(uuid, integer, jsonb),
  catalog.package_dependents(text, integer, jsonb) from public;
grant execute on function catalog.deleted_versions(uuid), catalog.listed_dependents(uuid, integer, jsonb),
  catalog.package_dependents(text, integer, jsonb) to anon, authenticated, service_role;
