-- What supabase-js may read over the REST API. Each view runs with the caller's own rights, so the policies hold.

create view public.categories with (security_invoker = true) as
  select slug, name, description, icon, color, display_order from catalog.categories;
create view public.stores with (security_invoker = true) as
  select slug, name, description, product_type, created_at from catalog.stores;
create view public.packages with (security_invoker = true) as
  select handle, display_name, entry ->> 'summary' as summary, kind, product_type, category_slug, store_slug, price_amount, tags,
    rating_average, sold_count, view_count, download_count, created_at, updated_at
  from catalog.marketplace_catalog_rows;
create view public.profiles with (security_invoker = true) as
  select user_id, display_name from identity.profiles;
create view public.entitlements with (security_invoker = true) as
  select e.user_id, p.handle, e.source, e.granted_at
  from commerce.entitlements e join catalog.packages p on p.id = e.package_id;

revoke all on public.categories, public.stores, public.packages, public.profiles, public.entitlements
  from anon, authenticated;
grant select on public.categories, public.stores, public.packages, public.profiles to anon, authenticated;
grant select on public.entitlements to authenticated;
grant update (display_name) on public.profiles to authenticated;
grant select on public.categories, public.stores, public.packages, public.profiles, public.entitlements
  to service_role;

create function public.database_health() returns jsonb
language sql stable
set search_path = ''
as $$
  -- What a health probe needs to know, without reading anything private.
  select jsonb_build_object('now', now(), 'serverVersion', current_setting('server_version'),
    'viewsRefreshedAt', (select max(r.started_at) from catalog.view_refreshes r))
$$;
revoke execute on function public.database_health() from public, anon, authenticated;
grant execute on function public.database_health() to service_role;
