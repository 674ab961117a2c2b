-- Publishing makes one card instead of five: more than a third of its time in the database was spent on the others.

create or replace function catalog.index_package(p_package_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_row catalog.marketplace_catalog_rows;
begin
  -- Writes the package's row in the listing index, or takes it out when the package is not on the shelf.
  -- The row is locked first and the card read after: two writers at once never leave the older card.
  perform from catalog.marketplace_catalog_rows r where r.package_id = p_package_id for update;
  select 'local', p.handle, p.id, card.entry, p.display_name, p.kind, s.product_type, c.slug, s.slug, p.price_amount,
      array(select jsonb_array_elements_text(card.entry -> 'tags')), (card.entry #>> '{rating,average}')::real,
      coalesce(st.sold_count, 0), coalesce(st.view_count, 0), coalesce(st.download_count, 0),
      catalog.hot_score(coalesce(st.sold_count, 0), coalesce(st.download_count, 0), coalesce(st.view_count, 0),
        (card.entry #>> '{rating,average}')::real, coalesce(st.rating_count, 0), p.is_featured),
      p.is_featured,
      catalog.search_document(p.handle || ' ' || p.display_name,
        catalog.subject_text(p.capabilities, array(select jsonb_array_elements_text(card.entry -> 'tags')), c.name),
        p.summary, p.readme),
      p.created_at, p.updated_at
    into v_row.registry_id, v_row.handle, v_row.package_id, v_row.entry, v_row.display_name, v_row.kind,
      v_row.product_type, v_row.category_slug, v_row.store_slug, v_row.price_amount, v_row.tags, v_row.rating_average,
      v_row.sold_count, v_row.view_count, v_row.download_count, v_row.hot_score, v_row.is_featured, v_row.search,
      v_row.created_at, v_row.updated_at
  from catalog.packages p
  join catalog.stores s on s.id = p.store_id
  join catalog.categories c on c.id = p.category_id
  left join catalog.package_stats st on st.package_id = p.id
  -- The offset keeps the planner from making the card anew for each of the five places that read it.
  cross join lateral (select catalog.card(p.id) as entry offset 0) card
  where p.id = p_package_id and p.status = 'approved' and p.is_available and p.latest_version is not null
    and s.status = 'approved';
  if v_row.handle is null then
    delete from catalog.marketplace_catalog_rows r where r.package_id = p_package_id;
    return;
  end if;
  -- Updated first: an insert that turns into an update would use up a row_id each time a counter moves.
  update catalog.marketplace_catalog_rows r set
    package_id = v_row.package_id, entry = v_row.entry, display_name = v_row.display_name, kind = v_row.kind,
    product_type = v_row.product_type, category_slug = v_row.category_slug, store_slug = v_row.store_slug,
    price_amount = v_row.price_amount, tags = v_row.tags, rating_average = v_row.rating_average,
    sold_count = v_row.sold_count, view_count = v_row.view_count, download_count = v_row.download_count,
    hot_score = v_row.hot_score, is_featured = v_row.is_featured, search = v_row.search, updated_at = v_row.updated_at
  where r.registry_id = 'local' and r.handle = v_row.handle;
  if found then
    return;
  end if;
  insert into catalog.marketplace_catalog_rows as r (
    registry_id, handle, package_id, entry, display_name, kind, product_type, category_slug, store_slug, price_amount,
    tags, rating_average, sold_count, view_count, download_count, hot_score, is_featured, search, created_at, updated_at)
  values ('local', v_row.handle, v_row.package_id, v_row.entry, v_row.display_name, v_row.kind, v_row.product_type,
    v_row.category_slug, v_row.store_slug, v_row.price_amount, v_row.tags, v_row.rating_average, v_row.sold_count,
    v_row.view_count, v_row.download_count, v_row.hot_score, v_row.is_featured, v_row.search, v_row.created_at,
    v_row.updated_at)
  on conflict (registry_id, handle) do update set
    package_id = excluded.package_id, entry = excluded.entry, display_name = excluded.display_name,
    kind = excluded.kind, product_type = excluded.product_type, category_slug = excluded.category_slug,
    store_slug = excluded.store_slug, price_amount = excluded.price_amount, tags = excluded.tags,
    rating_average = excluded.rating_average, sold_count = excluded.sold_count, view_count = excluded.view_count,
    download_count = excluded.download_count, hot_score = excluded.hot_score, is_featured = excluded.is_featured,
    search = excluded.search, updated_at = excluded.updated_at;
end
$$;
