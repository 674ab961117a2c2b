-- Whoever looks after a namespace of another store finds it and its packages on their own dashboard. What is sold and
-- earned stays with the store.

create policy stores_select_member on catalog.stores for select to authenticated
  using (id in (select n.store_id from catalog.namespaces n where n.id in (select catalog.maintained_namespace_ids())));

create or replace function catalog.decisions_about(p_package_id uuid, p_store_id uuid) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The last fifty decisions about a package or a store, newest first, for operators, who also see by whom, for the owner
  -- of the store, and those about a package for who looks after its namespace.
  select coalesce(jsonb_agg(catalog.decision_entry(d.id, identity.is_operator()) order by d.decided_at desc), '[]')
  from (
    select d.id, d.decided_at from catalog.decisions d
    where (d.package_id = p_package_id or d.store_id = p_store_id)
      and (identity.is_operator()
        or catalog.owns_store(d.store_id)
        or exists (select from catalog.packages p where p.id = d.package_id
          and (catalog.owns_store(p.store_id) or catalog.may_publish(p.namespace_id))))
    order by d.decided_at desc limit 50) d
$$;

create or replace function catalog.seller_days(p_handle text, p_days integer) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The last p_days days of one package, or with null of all of the caller's store, oldest first and none left out. Who
  -- only looks after the namespace gets no sales. Definer, for the days of a package have its sales beside its views.
  select coalesce(jsonb_agg(jsonb_build_object('day', calendar.day, 'views', coalesce(counted.views, 0),
    'downloads', coalesce(counted.downloads, 0), 'sales', coalesce(counted.sales, 0)) order by calendar.day), '[]')
  from (
    select (now() at time zone 'UTC')::date - back as day from generate_series(0, p_days - 1) back) calendar
  left join (
    select d.day, sum(d.views) as views, sum(d.downloads) as downloads,
      sum(d.sales) filter (where p.is_own) as sales
    from (
      select p.id, s.owner_id = (select auth.uid()) as is_own
      from catalog.packages p join catalog.stores s on s.id = p.store_id
      where case when p_handle is null then s.owner_id = (select auth.uid())
        else p.handle = p_handle and catalog.may_publish(p.namespace_id) end) p
    join catalog.package_days d on d.package_id = p.id
    where d.day > (now() at time zone 'UTC')::date - p_days
    group by d.day) counted on counted.day = calendar.day
$$;

create or replace function catalog.seller_overview() returns jsonb
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

revoke execute on all functions in schema catalog from public;
-- Both speak of the caller alone.
grant execute on function catalog.namespace_role(uuid), catalog.managed_namespaces() to authenticated;
