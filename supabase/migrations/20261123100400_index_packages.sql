-- The functions that keep a package's latest version, its card and its row in the listing index in step.

create function catalog.search_text(p_text text) returns text
language sql immutable
set search_path = ''
as $$
  -- Names like @scope/some-name.js become words; accents go. The dictionary is named so that the result is immutable.
  select regexp_replace(extensions.unaccent('extensions.unaccent', coalesce(p_text, '')), '[-_./@:#]+', ' ', 'g')
$$;

create function catalog.hot_score(
  p_sold_count bigint, p_download_count bigint, p_view_count bigint, p_rating_average real, p_rating_count integer,
  p_is_featured boolean
) returns double precision
language sql immutable
set search_path = ''
as $$
  -- Sales weigh most, then downloads, then views, each by its logarithm so that no one package runs away;
  -- a rating counts by how far it stands from the middle and by how many gave it.
  select round((
    3 * ln(1 + p_sold_count) + 2 * ln(1 + p_download_count) + ln(1 + p_view_count)
    + (p_rating_average - 3) * ln(1 + p_rating_count)
    + case when p_is_featured then 1 else 0 end)::numeric, 6)::double precision
$$;

create function catalog.card(p_package_id uuid) returns jsonb
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

create function catalog.index_package(p_package_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Writes the package's row in the listing index, or takes it out when the package is not on the shelf.
  -- The row is locked first and the card read after: two writers at once never leave the older card.
  perform from catalog.marketplace_catalog_rows r where r.package_id = p_package_id for update;

  delete from catalog.marketplace_catalog_rows r
  where r.package_id = p_package_id
    and not exists (
      select from catalog.packages p join catalog.stores s on s.id = p.store_id
      where p.id = p_package_id and p.status = 'approved' and p.is_available and p.latest_version is not null
        and s.status = 'approved');

  insert into catalog.marketplace_catalog_rows as r (
    registry_id, handle, package_id, entry, display_name, kind, product_type, category_slug, store_slug,
    price_amount, tags, rating_average, sold_count, view_count, download_count, hot_score, is_featured, search,
    created_at, updated_at)
  select 'local', p.handle, p.id, card.entry, p.display_name, p.kind, s.product_type, c.slug, s.slug,
    p.price_amount, array(select jsonb_array_elements_text(card.entry -> 'tags')),
    (card.entry #>> '{rating,average}')::real,
    coalesce(st.sold_count, 0), coalesce(st.view_count, 0), coalesce(st.download_count, 0),
    catalog.hot_score(coalesce(st.sold_count, 0), coalesce(st.download_count, 0), coalesce(st.view_count, 0),
      (card.entry #>> '{rating,average}')::real, coalesce(st.rating_count, 0), p.is_featured),
    p.is_featured,
    setweight(to_tsvector('pg_catalog.simple', catalog.search_text(p.handle || ' ' || p.display_name)), 'A')
      || setweight(to_tsvector('pg_catalog.english', catalog.search_text(p.display_name)), 'A')
      || setweight(to_tsvector('pg_catalog.simple', catalog.search_text(
           array_to_string(p.capabilities, ' ') || ' ' || coalesce(card.entry ->> 'tags', '') || ' ' || c.name)), 'B')
      || setweight(to_tsvector('pg_catalog.english', catalog.search_text(p.summary)), 'C')
      || setweight(to_tsvector('pg_catalog.english', catalog.search_text(
           regexp_replace(left(p.readme, 20000), 'https?://[^\s)]+', ' ', 'g'))), 'D'),
    p.created_at, p.updated_at
  from catalog.packages p
  join catalog.stores s on s.id = p.store_id
  join catalog.categories c on c.id = p.category_id
  left join catalog.package_stats st on st.package_id = p.id
  cross join lateral (select catalog.card(p.id) as entry) card
  where p.id = p_package_id and p.status = 'approved' and p.is_available and p.latest_version is not null
    and s.status = 'approved'
  on conflict (registry_id, handle) do update set
    package_id = excluded.package_id, entry = excluded.entry, display_name = excluded.display_name,
    kind = excluded.kind, product_type = excluded.product_type, category_slug = excluded.category_slug,
    store_slug = excluded.store_slug, price_amount = excluded.price_amount, tags = excluded.tags,
    rating_average = excluded.rating_average, sold_count = excluded.sold_count, view_count = excluded.view_count,
    download_count = excluded.download_count, hot_score = excluded.hot_score, is_featured = excluded.is_featured,
    search = excluded.search, updated_at = excluded.updated_at;
end
$$;

create function catalog.refresh_latest(p_package_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_latest record;
begin
  -- The highest release that is not yanked, or the highest prerelease when there is nothing else, speaks for the package.
  select v.version, v.metadata, v.auto_tags into v_latest
  from catalog.versions v
  where v.package_id = p_package_id and v.yanked_at is null
  order by v.is_prerelease, v.sort_key desc
  limit 1;

  update catalog.packages p set
    latest_version = v_latest.version,
    display_name = coalesce(v_latest.metadata ->> 'name', p.display_name),
    summary = coalesce(v_latest.metadata ->> 'description', p.summary),
    license = case when v_latest.version is null then p.license else v_latest.metadata ->> 'license' end,
    homepage = case when v_latest.version is null then p.homepage else v_latest.metadata ->> 'homepage' end,
    repository = case when v_latest.version is null then p.repository else v_latest.metadata ->> 'repository' end,
    readme = case when v_latest.version is null then p.readme else v_latest.metadata ->> 'readme' end,
    capabilities = case when v_latest.version is null then p.capabilities
      else array(select jsonb_array_elements_text(coalesce(v_latest.metadata -> 'capabilities', '[]'))) end,
    updated_at = now()
  where p.id = p_package_id;

  if v_latest.version is not null then
    delete from catalog.package_tags t where t.package_id = p_package_id and t.source in ('author', 'auto');
    insert into catalog.package_tags (package_id, key, value, source)
    select distinct on (tag) p_package_id, split_part(tag, ':', 1), substr(tag, strpos(tag, ':') + 1), source
    from (
      select jsonb_array_elements_text(coalesce(v_latest.metadata -> 'tags', '[]')) as tag, 'author' as source
      union all
      select unnest(v_latest.auto_tags), 'auto') tags
    order by tag, source = 'auto'
    on conflict do nothing;
  end if;
end
$$;

create function catalog.record_activity(p_counts jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- Adds buffered views and downloads, [{handle, views, downloads}], in one statement, then refreshes those cards.
  -- Both in the order of their ids, so that two flushers cannot deadlock.
  for v_package_id in
    with wanted as (
      select p.id, sum(c.views) as views, sum(c.downloads) as downloads
      from jsonb_to_recordset(p_counts) as c (handle text, views bigint, downloads bigint)
      join catalog.packages p on p.handle = c.handle
      group by p.id
    ), counted as (
      insert into catalog.package_stats as st (package_id, view_count, download_count)
      select id, views, downloads from wanted order by id
      on conflict (package_id) do update set
        view_count = st.view_count + excluded.view_count,
        download_count = st.download_count + excluded.download_count
      returning st.package_id
    )
    select package_id from counted order by package_id
  loop
    perform catalog.index_package(v_package_id);
  end loop;
end
$$;

create function catalog.index_decision() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  -- What seller and operator decide about a package reaches the listing by whatever path it is written.
  perform catalog.index_package(new.id);
  return null;
end
$$;
create trigger index_decision after update on catalog.packages
  for each row when ((old.status, old.is_available, old.is_featured, old.price_amount, old.category_id)
    is distinct from (new.status, new.is_available, new.is_featured, new.price_amount, new.category_id))
  execute function catalog.index_decision();

create function catalog.index_store() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- A store's name stands on its packages' cards, and its suspension takes them off the shelf.
  for v_package_id in select p.id from catalog.packages p where p.store_id = new.id order by p.id loop
    perform catalog.index_package(v_package_id);
  end loop;
  return null;
end
$$;
create trigger index_store after update on catalog.stores
  for each row when ((old.slug, old.name, old.product_type, old.status)
    is distinct from (new.slug, new.name, new.product_type, new.status))
  execute function catalog.index_store();

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.card(uuid) to anon, authenticated, service_role;
grant execute on function catalog.search_text(text) to anon, authenticated, service_role;
grant execute on function catalog.hot_score(bigint, bigint, bigint, real, integer, boolean) to service_role;
grant execute on function catalog.index_package(uuid), catalog.refresh_latest(uuid), catalog.record_activity(jsonb)
  to service_role;
