-- Counting activity set-wise: only counters, order and card of the listing rows change, never their search text.

create or replace function catalog.record_activity(p_counts jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_ids uuid[];
begin
  -- Adds buffered views and downloads, [{handle, views, downloads}], and moves the listing rows along.
  -- Rows are locked in the order of their ids, counters before listing rows, so that two flushers cannot deadlock.
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
  select array_agg(package_id) into v_package_ids from counted;

  perform from catalog.marketplace_catalog_rows r
  where r.package_id = any(v_package_ids) order by r.package_id for update;
  -- A statement of its own, so that it sees the rows as whoever held them left them.
  update catalog.marketplace_catalog_rows r set
    entry = r.entry || jsonb_build_object('soldCount', st.sold_count, 'viewCount', st.view_count,
      'downloadCount', st.download_count),
    sold_count = st.sold_count,
    view_count = st.view_count,
    download_count = st.download_count,
    hot_score = catalog.hot_score(st.sold_count, st.download_count, st.view_count, r.rating_average,
      st.rating_count, r.is_featured)
  from catalog.package_stats st
  where st.package_id = r.package_id and r.package_id = any(v_package_ids);
end
$$;
