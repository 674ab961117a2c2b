-- What operators look at: the queue, every package and store in whatever state, and how much waits.

create function catalog.package_dossier(p_package_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  -- A package as operators list it.
  select jsonb_build_object('type', 'package', 'handle', p.handle, 'name', p.display_name, 'summary', p.summary,
    'kind', p.kind, 'status', p.status, 'isAvailable', p.is_available, 'latestVersion', p.latest_version,
    'iconUrl', p.icon_url, 'price', jsonb_build_object('amount', p.price_amount, 'currency', p.price_currency),
    'store', jsonb_build_object('slug', s.slug, 'name', s.name, 'status', s.status),
    'submittedAt', to_char(p.submitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'lastDecision', (select catalog.decision_entry(d.id, true) from catalog.decisions d
      where d.package_id = p.id order by d.decided_at desc limit 1))
  from catalog.packages p join catalog.stores s on s.id = p.store_id
  where p.id = p_package_id
$$;

create function catalog.store_dossier(p_store_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  -- A store as operators list it.
  select jsonb_build_object('type', 'store', 'slug', s.slug, 'name', s.name, 'description', s.description,
    'status', s.status, 'productType', s.product_type,
    'owner', (select pr.display_name from identity.profiles pr where pr.user_id = s.owner_id),
    'namespaces', coalesce((select jsonb_agg(n.name order by n.name) from catalog.namespaces n where n.store_id = s.id), '[]'),
    'packageCount', (select count(*) from catalog.packages p where p.store_id = s.id),
    'createdAt', to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'submittedAt', to_char(s.submitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'lastDecision', (select catalog.decision_entry(d.id, true) from catalog.decisions d
      where d.store_id = s.id order by d.decided_at desc limit 1))
  from catalog.stores s
  where s.id = p_store_id
$$;

create function catalog.moderation_counts() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- What waits for an operator and what is hidden.
  perform catalog.require_operator();
  return jsonb_build_object(
    'pendingPackages', (select count(*) from catalog.packages p where p.status = 'pending' and p.latest_version is not null),
    'pendingStores', (select count(*) from catalog.stores s where s.status = 'pending'),
    'quarantinedPackages', (select count(*) from catalog.packages p where p.status = 'quarantined'),
    'suspendedStores', (select count(*) from catalog.stores s where s.status = 'suspended'));
end
$$;

create function catalog.approval_queue(p_type text, p_after_at timestamptz, p_after_id uuid, p_limit integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- What waits for approval, longest first: {items, next}. p_type is package, store or null for both; next is the position
  -- to go on from, {at, id}, or null.
  perform catalog.require_operator();
  return (
    with waiting as (
      (select 'package' as type, p.id, p.submitted_at as at from catalog.packages p
        where p.status = 'pending' and p.latest_version is not null and coalesce(p_type, 'package') = 'package'
          and (p_after_at is null or (p.submitted_at, p.id) > (p_after_at, p_after_id))
        order by p.submitted_at, p.id limit p_limit + 1)
      union all
      (select 'store', s.id, s.submitted_at from catalog.stores s
        where s.status = 'pending' and coalesce(p_type, 'store') = 'store'
          and (p_after_at is null or (s.submitted_at, s.id) > (p_after_at, p_after_id))
        order by s.submitted_at, s.id limit p_limit + 1)
    ), numbered as (
      select w.*, row_number() over (order by w.at, w.id) as n from waiting w
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(case n.type when 'package' then catalog.package_dossier(n.id) else catalog.store_dossier(n.id) end
          order by n.n)
        from numbered n where n.n <= p_limit), '[]'),
      'next', (
        select jsonb_build_object('at', to_char(n.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'id', n.id)
        from numbered n
        where n.n = p_limit and exists (select from numbered m where m.n > p_limit))));
end
$$;

create function catalog.moderated_packages(p_status text, p_beginning text, p_after text, p_limit integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- Packages in any state by handle, {items, next}; p_beginning is the first letters of the handle.
  perform catalog.require_operator();
  return (
    with found as (
      select p.id, p.handle, row_number() over (order by p.handle collate "C") as n
      from catalog.packages p
      where (p_status is null or p.status = p_status)
        and (p_after is null or p.handle collate "C" > p_after)
        -- "~" sorts behind every character of a handle.
        and (p_beginning is null
          or (p.handle collate "C" >= p_beginning and p.handle collate "C" < p_beginning || '~'))
      order by p.handle collate "C" limit p_limit + 1
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(catalog.package_dossier(f.id) order by f.n) from found f where f.n <= p_limit), '[]'),
      'next', (select f.handle from found f where f.n = p_limit and exists (select from found m where m.n > p_limit))));
end
$$;

create function catalog.moderated_stores(p_status text, p_beginning text, p_after text, p_limit integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- As catalog.moderated_packages, of stores by their address.
  perform catalog.require_operator();
  return (
    with found as (
      select s.id, s.slug, row_number() over (order by s.slug collate "C") as n
      from catalog.stores s
      where (p_status is null or s.status = p_status)
        and (p_after is null or s.slug collate "C" > p_after)
        and (p_beginning is null or (s.slug collate "C" >= p_beginning and s.slug collate "C" < p_beginning || '~'))
      order by s.slug collate "C" limit p_limit + 1
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(catalog.store_dossier(f.id) order by f.n) from found f where f.n <= p_limit), '[]'),
      'next', (select f.slug from found f where f.n = p_limit and exists (select from found m where m.n > p_limit))));
end
$$;

create function catalog.package_case(p_handle text) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- One package with its history and versions; null when there is none. Operators only.
  perform catalog.require_operator();
  return (
    select catalog.package_dossier(p.id) || jsonb_build_object('decisions', catalog.decisions_about(p.id, null),
      'versions', catalog.package_versions(p.id))
    from catalog.packages p where p.handle = p_handle);
end
$$;

create function catalog.store_case(p_slug text) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- One store with its history and its packages; null when there is none. Operators only.
  perform catalog.require_operator();
  return (
    select catalog.store_dossier(s.id) || jsonb_build_object('decisions', catalog.decisions_about(null, s.id),
      'packages', coalesce((
        select jsonb_agg(catalog.package_dossier(p.id) order by p.created_at desc)
        from (select p.id, p.created_at from catalog.packages p where p.store_id = s.id
          order by p.created_at desc limit 100) p), '[]'))
    from catalog.stores s where s.slug = p_slug);
end
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
      where s.owner_id = (select auth.uid()) and p.latest_version is not null), '[]'))
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.moderation_counts(), catalog.approval_queue(text, timestamptz, uuid, integer),
  catalog.moderated_packages(text, text, text, integer), catalog.moderated_stores(text, text, text, integer),
  catalog.package_case(text), catalog.store_case(text) to authenticated;
