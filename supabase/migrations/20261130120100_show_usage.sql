-- Metering as people look at it: prices by whoever owns what is sold, usage by the hour or the day for both sides, and
-- what somebody could set a budget for. metering.list_budgets and list_usage stay for the release before this one.

create or replace function metering.set_prices(p_handle text, p_prices jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- The whole list of a package, by an owner of what is sold or an operator.
  select p.id into v_package_id from catalog.packages p
  where p.handle = p_handle and (commerce.selling_role(p.store_id, p.id) = 'owner' or identity.is_operator());
  if v_package_id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  delete from metering.prices r where r.package_id = v_package_id
    and r.capability not in (select g ->> 'capability' from jsonb_array_elements(p_prices) g);
  insert into metering.prices as r (package_id, capability, amount, per_units)
  select v_package_id, g ->> 'capability', (g ->> 'amount')::bigint, (g ->> 'perUnits')::bigint
  from jsonb_array_elements(p_prices) g
  on conflict (package_id, capability) do update set amount = excluded.amount, per_units = excluded.per_units,
    updated_at = now() where (r.amount, r.per_units) <> (excluded.amount, excluded.per_units);
  perform identity.record_audit('package.price', p_handle, split_part(p_handle, '/', 1),
    jsonb_build_object('unitPrices', p_prices));
  return metering.read_prices(p_handle);
end
$$;

create index budgets_by_user on metering.budgets (user_id, created_at desc);

create function metering.budgets_of(p_side text, p_handle text, p_namespaces text[]) returns setof metering.budgets
language plpgsql stable
set search_path = ''
as $$
begin
  -- Budgets that the caller granted as a buyer; or that others granted to what the caller sells: their store, and packages
  -- of namespaces that they look after. p_namespaces: only in those; null: in all.
  if p_side = 'buyer' then
    return query select b.* from metering.budgets b
    where b.user_id = (select auth.uid()) and (p_handle is null or b.handle = p_handle);
  elsif p_side = 'seller' then
    return query select b.* from metering.budgets b
    where b.store_id = any (commerce.selling_stores()) and (p_handle is null or b.handle = p_handle)
      and (p_namespaces is null or split_part(b.handle, '/', 1) = any (p_namespaces))
      and (catalog.owns_store(b.store_id) or exists (
        select from catalog.packages p where p.id = b.package_id and p.store_id = b.store_id
          and p.namespace_id in (select catalog.maintained_namespace_ids())));
  end if;
end
$$;

create function metering.read_budgets(p_side text, p_namespaces text[]) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- Open ones first, then the newest; at most 200. The seller reads whose they are.
  select coalesce(jsonb_agg(l.entry order by l.is_open desc, l.created_at desc), '[]') from (
    select b.is_open, b.created_at, metering.budget_json(b::metering.budgets)
      || case when p_side = 'seller' then jsonb_build_object('buyer', coalesce(f.display_name, 'A former member'))
         else '{}'::jsonb end as entry
    from metering.budgets_of(p_side, null, p_namespaces) b left join identity.profiles f on f.user_id = b.user_id
    order by b.is_open desc, b.created_at desc limit 200) l
$$;

create function metering.read_usage(
  p_side text, p_handle text, p_from timestamptz, p_until timestamptz, p_by text, p_namespaces text[]
) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- By hour or day (of UTC) and capability, newest first, what is not added up yet included; at most 1,000 lines of hours
  -- or 10,000 of days.
  with lines as (
    select b.handle, date_trunc(p_by, h.hour_at, 'UTC') as began_at, h.capability, sum(h.units) as units,
      sum(h.events) as events, sum(h.cost_micro) as cost_micro
    from metering.budgets_of(p_side, p_handle, p_namespaces) b
    cross join lateral (
      select a.hour_at, a.capability, a.units, a.events, a.cost_micro from metering.hours a where a.budget_id = b.id
      union all
      select date_trunc('hour', e.at, 'UTC'), e.capability, e.units, 1, e.cost_micro from metering.events e
      where e.budget_id = b.id and e.hour_at is null) h
    where h.hour_at >= p_from and h.hour_at < p_until
    group by b.handle, 2, h.capability order by 2 desc, b.handle, h.capability
    limit case p_by when 'day' then 10000 else 1000 end
  )
  select coalesce(jsonb_agg(jsonb_build_object('handle', l.handle, 'hour', commerce.json_time(l.began_at),
    'capability', l.capability, 'units', l.units, 'events', l.events, 'creditMillionths', l.cost_micro)
    order by l.began_at desc, l.handle, l.capability), '[]') from lines l
$$;

create function metering.list_metered() returns jsonb
language sql stable
set search_path = ''
as $$
  -- What charges by use, of what the caller has in their library or had a budget for. With the rights of the caller.
  select coalesce(jsonb_agg(jsonb_build_object('handle', l.handle, 'name', l.name) order by l.handle), '[]') from (
    select p.handle, coalesce(nullif(p.display_name, ''), p.handle) as name from catalog.packages p
    where p.id in (
        select e.package_id from commerce.entitlements e where e.user_id = (select auth.uid())
        union select b.package_id from metering.budgets b where b.user_id = (select auth.uid()))
      and exists (select from metering.prices r where r.package_id = p.id)
    order by p.handle limit 500) l
$$;

revoke execute on function metering.budgets_of(text, text, text[]), metering.read_budgets(text, text[]),
  metering.read_usage(text, text, timestamptz, timestamptz, text, text[]), metering.list_metered()
  from public, anon, authenticated;
grant execute on function metering.read_budgets(text, text[]),
  metering.read_usage(text, text, timestamptz, timestamptz, text, text[]), metering.list_metered() to authenticated;
