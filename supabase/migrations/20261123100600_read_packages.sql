-- The reads that answer a page in one statement, and the one door to stored bytes.

create function catalog.read_manifest(p_handle text, p_version text)
returns table (outcome text, sha256 text, size_bytes integer, yaml_content text, price_amount bigint, yanked boolean)
language sql stable security definer
set search_path = ''
as $$
  -- No row: nothing the caller may know of. Otherwise outcome says whether the bytes come with it:
  -- ok, unauthenticated (paid and nobody is signed in) or payment_required (paid and not bought).
  with target as (
    select p.id, p.price_amount, v.sha256, v.size_bytes, v.yanked_at is not null as yanked,
      case
        when p.price_amount = 0 or catalog.owns_store(p.store_id) or identity.is_operator()
          or exists (select from commerce.entitlements e
                     where e.package_id = p.id and e.user_id = (select auth.uid())) then 'ok'
        when (select auth.uid()) is null then 'unauthenticated'
        else 'payment_required'
      end as outcome
    from catalog.packages p
    join catalog.versions v on v.package_id = p.id and v.version = p_version
    where p.handle = p_handle
      and ((p.status = 'approved' and catalog.is_store_open(p.store_id)
            and (p.is_available or exists (select from commerce.entitlements e
                 where e.package_id = p.id and e.user_id = (select auth.uid()))))
           or catalog.owns_store(p.store_id) or identity.is_operator())
  )
  select t.outcome, encode(t.sha256, 'hex'), t.size_bytes,
    case when t.outcome = 'ok' then m.yaml_content end, t.price_amount, t.yanked
  from target t join catalog.manifests m on m.sha256 = t.sha256
$$;

create function catalog.package_versions(p_package_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  -- All versions the caller may see, newest first by semver precedence.
  select coalesce(jsonb_agg(jsonb_build_object(
    'version', v.version, 'sha256', encode(v.sha256, 'hex'), 'sizeBytes', v.size_bytes,
    'isPrerelease', v.is_prerelease, 'yanked', v.yanked_at is not null, 'yankReason', v.yank_reason,
    'dependencies', v.dependencies,
    'createdAt', to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    order by v.sort_key desc), '[]')
  from catalog.versions v where v.package_id = p_package_id
$$;

create function catalog.package_page(p_handle text) returns jsonb
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
  where p.handle = p_handle and p.latest_version is not null
$$;

create materialized view catalog.mv_hot_products as
  select r.product_type, r.handle, r.package_id, r.display_name, r.price_amount, r.sold_count, r.view_count,
    r.created_at, r.category_slug, r.store_slug, s.name as store_name, r.entry,
    row_number() over (order by r.hot_score desc, r.created_at desc, r.handle)::int as position
  from catalog.marketplace_catalog_rows r
  left join catalog.stores s on s.slug = r.store_slug
  order by r.hot_score desc, r.created_at desc, r.handle
  limit 100;
create unique index mv_hot_products_key on catalog.mv_hot_products (product_type, handle);
create index mv_hot_products_by_position on catalog.mv_hot_products (position);

create materialized view catalog.mv_category_counts as
  select c.slug, c.name, c.icon, c.color, c.display_order, count(r.handle)::int as product_count
  from catalog.categories c
  left join catalog.marketplace_catalog_rows r on r.category_slug = c.slug
  where c.is_active
  group by c.id
  order by c.display_order;
create unique index mv_category_counts_key on catalog.mv_category_counts (slug);

create materialized view catalog.mv_home_shelves as
  select * from (
    select 'topRated' as shelf, r.handle, r.entry,
      row_number() over (order by r.rating_average desc, (r.entry #>> '{rating,count}')::int desc,
        r.hot_score desc, r.handle)::int as position
    from catalog.marketplace_catalog_rows r where r.rating_average > 0
    union all
    select 'newArrivals', r.handle, r.entry, row_number() over (order by r.created_at desc, r.handle)::int
    from catalog.marketplace_catalog_rows r
    union all
    select 'featured', r.handle, r.entry, row_number() over (order by r.hot_score desc, r.handle)::int
    from catalog.marketplace_catalog_rows r where r.is_featured
  ) shelves
  where position <= 24;
create unique index mv_home_shelves_key on catalog.mv_home_shelves (shelf, position);

create function catalog.category_counts() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('slug', c.slug, 'name', c.name, 'icon', c.icon, 'color', c.color,
    'productCount', c.product_count) order by c.display_order), '[]')
  from catalog.mv_category_counts c
$$;

create function catalog.marketplace_home(p_shelf_size integer) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The home page from the materialized views alone; definer because those views are never exposed themselves.
  select jsonb_build_object(
    'hot', coalesce((select jsonb_agg(h.entry order by h.position) from catalog.mv_hot_products h
      where h.position <= p_shelf_size), '[]'),
    'topRated', coalesce((select jsonb_agg(s.entry order by s.position) from catalog.mv_home_shelves s
      where s.shelf = 'topRated' and s.position <= p_shelf_size), '[]'),
    'newArrivals', coalesce((select jsonb_agg(s.entry order by s.position) from catalog.mv_home_shelves s
      where s.shelf = 'newArrivals' and s.position <= p_shelf_size), '[]'),
    'featured', coalesce((select jsonb_agg(s.entry order by s.position) from catalog.mv_home_shelves s
      where s.shelf = 'featured' and s.position <= p_shelf_size), '[]'),
    'categories', catalog.category_counts(),
    'refreshedAt', (select to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      from catalog.view_refreshes r order by r.started_at desc limit 1))
$$;

create function public.refresh_marketplace_views() returns jsonb
language plpgsql security definer
set search_path = ''
-- The REST API applies this before it calls; its usual limit is for requests that somebody waits for.
set statement_timeout = '2min'
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_duration_ms integer;
begin
  -- Refreshes the views without blocking readers. One refresher at a time: a second one is told so and does nothing.
  if not pg_try_advisory_xact_lock(hashtext('refresh_marketplace_views')) then
    return jsonb_build_object('refreshed', false, 'reason', 'another refresh is running');
  end if;
  refresh materialized view concurrently catalog.mv_hot_products;
  refresh materialized view concurrently catalog.mv_category_counts;
  refresh materialized view concurrently catalog.mv_home_shelves;
  v_duration_ms := extract(milliseconds from clock_timestamp() - v_started_at)::integer
    + 60000 * extract(minute from clock_timestamp() - v_started_at)::integer;
  insert into catalog.view_refreshes (started_at, duration_ms, refreshed_views)
  values (v_started_at, v_duration_ms, array['mv_hot_products', 'mv_category_counts', 'mv_home_shelves']);
  delete from catalog.view_refreshes where started_at < now() - interval '30 days';
  return jsonb_build_object('refreshed', true, 'durationMs', v_duration_ms);
end
$$;

revoke execute on function public.refresh_marketplace_views() from public, anon, authenticated;
grant execute on function public.refresh_marketplace_views() to service_role;
revoke execute on all functions in schema catalog from public;
grant execute on function catalog.read_manifest(text, text), catalog.package_versions(uuid),
  catalog.package_page(text), catalog.marketplace_home(integer), catalog.category_counts()
  to anon, authenticated, service_role;
