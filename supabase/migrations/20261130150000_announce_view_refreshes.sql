-- What caches keep of the materialized views is called back when those are refreshed: home and categories show the new
-- ones at once, in every process that listens.

create or replace function public.refresh_marketplace_views() returns jsonb
language plpgsql security definer
set search_path = ''
-- The REST API applies this before it calls; its usual limit is for requests that somebody waits for.
set statement_timeout = '2min'
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_duration_ms integer;
begin
  -- Refreshes the views without blocking readers, and what searching counts in batches. One refresher at a time: a
  -- second one is told so and does nothing.
  if not pg_try_advisory_xact_lock(hashtext('refresh_marketplace_views')) then
    return jsonb_build_object('refreshed', false, 'reason', 'another refresh is running');
  end if;
  refresh materialized view concurrently catalog.mv_hot_products;
  refresh materialized view concurrently catalog.mv_category_counts;
  refresh materialized view concurrently catalog.mv_home_shelves;
  perform catalog.refresh_popular_searches();
  -- How common words are changes slowly: once an hour, or each time while they are few.
  if exists (select from catalog.search_statistics s where s.refreshed_at < now() - interval '1 hour'
    or s.row_count < 20000) then
    perform catalog.refresh_search_statistics();
  end if;
  v_duration_ms := extract(milliseconds from clock_timestamp() - v_started_at)::integer
    + 60000 * extract(minute from clock_timestamp() - v_started_at)::integer;
  insert into catalog.view_refreshes (started_at, duration_ms, refreshed_views)
  values (v_started_at, v_duration_ms, array['mv_hot_products', 'mv_category_counts', 'mv_home_shelves']);
  delete from catalog.view_refreshes where started_at < now() - interval '30 days';
  -- Heard when this commits (lib/platform/purge-channel.ts). Once in minutes, so that the lock which NOTIFY takes at the
  -- commit keeps nobody waiting.
  perform pg_notify('souk_purge', '{"from":"refresh_marketplace_views","tags":["views"]}');
  return jsonb_build_object('refreshed', true, 'durationMs', v_duration_ms);
end
$$;
