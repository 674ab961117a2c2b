-- Lets the home page drop at once what was quarantined, withdrawn or suspended since its views were refreshed.

create function catalog.shelf_entries(p_shelf text, p_size integer) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The first entries of one home shelf that still have a row in the listing index, in the order of the view.
  select coalesce(jsonb_agg(listed.entry order by listed.position), '[]')
  from (
    select kept.entry, kept.position
    from (
      select 'hot' as shelf, h.handle, h.entry, h.position from catalog.mv_hot_products h
      union all
      select s.shelf, s.handle, s.entry, s.position from catalog.mv_home_shelves s) kept
    where kept.shelf = p_shelf and exists (
      select from catalog.marketplace_catalog_rows r
      where r.registry_id = kept.entry ->> 'registry' and r.handle = kept.handle)
    order by kept.position
    limit p_size) listed
$$;
revoke execute on function catalog.shelf_entries(text, integer) from public;

create or replace function catalog.marketplace_home(p_shelf_size integer) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The home page from the materialized views; definer because those views are never exposed themselves.
  select jsonb_build_object(
    'hot', catalog.shelf_entries('hot', p_shelf_size),
    'topRated', catalog.shelf_entries('topRated', p_shelf_size),
    'newArrivals', catalog.shelf_entries('newArrivals', p_shelf_size),
    'featured', catalog.shelf_entries('featured', p_shelf_size),
    'categories', catalog.category_counts(),
    'refreshedAt', (select to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      from catalog.view_refreshes r order by r.started_at desc limit 1))
$$;
