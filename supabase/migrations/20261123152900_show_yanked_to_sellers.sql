-- Sellers keep seeing packages whose versions are all yanked, to put one back.

create or replace function catalog.seller_overview() returns jsonb
language sql stable
set search_path = ''
as $$
  -- The caller's store, namespaces and packages in any state, each with the last thing an operator said of it.
  -- Runs with the caller's rights.
  select jsonb_build_object(
    'store', (
      select jsonb_build_object('slug', s.slug, 'name', s.name, 'description', s.description, 'status', s.status,
        'createdAt', to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'decisions', catalog.decisions_about(null, s.id))
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
