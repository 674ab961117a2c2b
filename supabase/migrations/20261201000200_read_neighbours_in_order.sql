-- The neighbours of a package, six of its category, were found by sorting the whole category for each page.

create function catalog.neighbours(p_handle text, p_category_slug text, p_kind text) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- The cards of the six most popular others of a category, those of the same kind first: of each kind no more are read.
  return (
    select coalesce(jsonb_agg(near.entry order by near.kind = p_kind desc, near.hot_score desc, near.handle), '[]')
    from (
      select listed.entry, listed.kind, listed.hot_score, listed.handle
      from unnest('{agent,app,prompt,mcp-server}'::text[]) kind (name)
      cross join lateral (
        select r.entry, r.kind, r.hot_score, r.handle
        from catalog.marketplace_catalog_rows r
        where r.category_slug = p_category_slug and r.kind = kind.name and r.handle <> p_handle
        order by r.hot_score desc, r.handle limit 6) listed
      order by listed.kind = p_kind desc, listed.hot_score desc, listed.handle
      limit 6) near);
end
$$;

create or replace function catalog.package_page(p_handle text) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- The package page's data, as the caller may see it; null when there is no such package for them.
  return (
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
      'related', catalog.neighbours(p.handle, c.slug, p.kind))
    from catalog.packages p
    join catalog.categories c on c.id = p.category_id
    where p.handle = p_handle
      and (p.latest_version is not null or exists (select from catalog.versions v where v.package_id = p.id)));
end
$$;

revoke execute on function catalog.neighbours(text, text, text) from public;
grant execute on function catalog.neighbours(text, text, text) to anon, authenticated, service_role;
