-- The dashboard of sellers and of those who look after namespaces has a name of its own. seller_overview answers again what
-- it always did, for instances of the release before, which run on while a new one takes over.

create function catalog.seller_desk() returns jsonb
language sql stable
set search_path = ''
as $$
  -- The caller's store, the namespaces that they look after, whosesoever store they belong to, and the packages in them in
  -- any state. Runs with the caller's rights.
  with namespaces as materialized (
    select n.id, n.name, catalog.namespace_role(n.id) as role, s.slug, s.name as store_name, s.status,
      coalesce(s.owner_id = (select auth.uid()), false) as is_own
    from catalog.managed_namespaces() managed (name)
    join catalog.namespaces n on n.name = managed.name join catalog.stores s on s.id = n.store_id
  )
  select jsonb_build_object(
    'store', (
      select jsonb_build_object('slug', s.slug, 'name', s.name, 'description', s.description, 'status', s.status,
        'createdAt', to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'decisions', catalog.decisions_about(null, s.id))
      from catalog.stores s where s.owner_id = (select auth.uid())),
    'namespaces', coalesce((
      select jsonb_agg(jsonb_build_object('name', n.name, 'role', n.role, 'isOwn', n.is_own,
        'store', jsonb_build_object('slug', n.slug, 'name', n.store_name)) order by n.is_own desc, n.name)
      from namespaces n), '[]'),
    'packages', coalesce((
      select jsonb_agg(catalog.card(p.id) || jsonb_build_object('status', p.status, 'isAvailable', p.is_available,
        'role', n.role, 'isOwn', n.is_own, 'storeStatus', n.status)
        order by p.updated_at desc)
      from catalog.packages p join namespaces n on n.id = p.namespace_id
      where p.latest_version is not null or exists (select from catalog.versions v where v.package_id = p.id)), '[]'))
$$;

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

revoke execute on function catalog.seller_desk() from public;
grant execute on function catalog.seller_desk() to authenticated;
