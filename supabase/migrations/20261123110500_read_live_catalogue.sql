-- The catalogue from the base tables, for when the index is empty or an operator wants to see past it. Costs as much as
-- there are packages; it is no way to serve a large marketplace.

create function catalog.live_page(
  p_query text, p_filters text[], p_sort text, p_limit integer, p_offset integer
) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- {items, total, facets: [[key, count]]}; facet keys as in catalog.search_keys.
  with shelf as materialized (
    select p.handle, p.display_name, p.created_at, p.price_amount, card.entry,
      (card.entry #>> '{rating,average}')::real as rating_average,
      catalog.hot_score(coalesce(st.sold_count, 0), coalesce(st.download_count, 0), coalesce(st.view_count, 0),
        (card.entry #>> '{rating,average}')::real, coalesce(st.rating_count, 0), p.is_featured) as hot_score,
      array['k:' || p.kind, 'c:' || c.slug, 's:' || s.slug, 'r:local',
          case when p.price_amount = 0 then 'p:free' else 'p:paid' end]
        || array(select 't:' || t from jsonb_array_elements_text(card.entry -> 'tags') t)
        || array(select 'g:' || g from generate_series(1, floor((card.entry #>> '{rating,average}')::real)::int) g)
        as keys,
      case when p_query = '' then null else catalog.search_document(p.handle || ' ' || p.display_name,
        catalog.subject_text(p.capabilities, array(select jsonb_array_elements_text(card.entry -> 'tags')), c.name),
        p.summary, p.readme) end as search
    from catalog.packages p
    join catalog.stores s on s.id = p.store_id and s.status = 'approved'
    join catalog.categories c on c.id = p.category_id
    left join catalog.package_stats st on st.package_id = p.id
    cross join lateral (select catalog.card(p.id) as entry) card
    where p.status = 'approved' and p.is_available and p.latest_version is not null
  ), asked as (
    select plainto_tsquery('pg_catalog.english', catalog.plain_words(p_query)) as query
  ), matches as materialized (
    select shelf.*, case when p_query = '' then 0 else ts_rank(shelf.search, asked.query) end as relevance
    from shelf, asked
    where shelf.keys @> p_filters and (p_query = '' or shelf.search @@ asked.query)
  )
  select jsonb_build_object(
    'total', (select count(*) from matches),
    'facets', (select coalesce(jsonb_agg(jsonb_build_array(counted.key, counted.uses) order by counted.uses desc, counted.key), '[]')
      from (select key, count(*) as uses from matches, unnest(keys) key group by key) counted),
    'items', (select coalesce(jsonb_agg(page.entry order by page.place), '[]') from (
      select m.entry, row_number() over (order by
          case when p_sort = 'relevance' then m.relevance end desc,
          case when p_sort in ('hot', 'relevance') then m.hot_score end desc,
          case when p_sort = 'new' then m.created_at end desc,
          case when p_sort = 'rating' then m.rating_average end desc,
          case when p_sort = 'price' then m.price_amount end,
          case when p_sort = 'name' then lower(m.display_name) end,
          m.handle) as place
      from matches m order by place limit p_limit offset p_offset) page))
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.live_page(text, text[], text, integer, integer) to anon, authenticated, service_role;
