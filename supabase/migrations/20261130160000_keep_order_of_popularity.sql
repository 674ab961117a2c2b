-- Counters move all day, postings stand until the next rebuild: a market that is alive must not lose its places by it.
-- The order of popularity follows moved counters at once while few have moved; beyond that it waits for the next rebuild,
-- which a task begins by itself.

alter table catalog.search_statistics add column moves_waiting_at timestamptz;
comment on column catalog.search_statistics.moves_waiting_at is
  'When counters last moved without the order of popularity following them; the next rebuild takes them along.';

create or replace function catalog.follow_catalog_rows() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  c_room constant integer := 1000;
  v_written integer[];
  v_counted integer[];
  v_moved integer[];
begin
  -- One call a statement. A row whose counters alone changed keeps its keys and at most moves in the order.
  if tg_op = 'DELETE' then
    select array_agg(b.row_id) into v_counted from before_rows b;
    perform catalog.forget_places(v_counted);
    delete from catalog.search_rows s where s.row_id = any(v_counted);
  elsif tg_op = 'INSERT' then
    select array_agg(a.row_id) into v_written from after_rows a;
  else
    select array_agg(a.row_id) filter (where is_other), array_agg(a.row_id) filter (where not is_other)
      into v_written, v_counted
    from after_rows a join before_rows b using (row_id)
    cross join lateral (select
      (a.search, a.tags, a.kind, a.category_slug, a.store_slug, a.price_amount, a.registry_url, floor(a.rating_average))
      is distinct from
      (b.search, b.tags, b.kind, b.category_slug, b.store_slug, b.price_amount, b.registry_url, floor(b.rating_average))
      as is_other) compared;
    if v_counted is not null then
      update catalog.search_rows s set rating_average = r.rating_average
      from after_rows r
      where s.row_id = r.row_id and r.row_id = any(v_counted) and s.rating_average is distinct from r.rating_average;
      v_moved := array(
        select s.row_id from after_rows r join catalog.search_rows s on s.row_id = r.row_id
        where r.row_id = any(v_counted) and s.hot_key <> r.hot_score + (hashtext(r.handle) & 1048575) / 2e12);
      if v_moved <> '{}' then
        if cardinality(v_moved) + (select count(*) from (select from catalog.search_stale_places limit c_room) stale)
          <= c_room then
          perform catalog.forget_places(v_moved);
          update catalog.search_rows s set place = null, hot_key = r.hot_score + (hashtext(r.handle) & 1048575) / 2e12,
            is_head = r.hot_score >= (select st.head_floor from catalog.search_statistics st)
          from after_rows r where s.row_id = r.row_id and r.row_id = any(v_moved);
        else
          update catalog.search_statistics st set moves_waiting_at = now()
          where st.moves_waiting_at is null or st.moves_waiting_at < now() - interval '1 minute';
        end if;
      end if;
    end if;
  end if;
  if v_written is not null then
    perform catalog.compile_search_rows(v_written);
  end if;
  if v_written is not null or tg_op = 'DELETE' then
    insert into catalog.search_change_marks default values on conflict do nothing;
  end if;
  if exists (select from catalog.search_builds b where b.finished_at is null) then
    insert into catalog.search_changes (row_id) select unnest(v_written || v_counted);
  end if;
  return null;
end
$$;

create function catalog.is_search_rebuild_due() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_last catalog.search_builds;
  v_rows integer := (select s.row_count from catalog.search_statistics s);
  v_is_hour_old boolean;
begin
  -- Whether the index should be put in order again: many rows written since the last rebuild, counters that the order of
  -- popularity does not follow, none ever built for a large catalogue, or one that was left half done.
  perform catalog.require_operator();
  if exists (select from catalog.search_builds b where b.finished_at is null) then
    return exists (select from catalog.search_builds b where b.finished_at is null and b.started_at < now() - interval '1 hour');
  end if;
  select * into v_last from catalog.search_builds b order by b.id desc limit 1;
  if v_last.id is null then
    return v_rows > 20000;
  end if;
  v_is_hour_old := v_last.finished_at < now() - interval '1 hour';
  return (select count(*) from (select from catalog.search_stale_places limit 2000) stale) >= 2000
      and v_last.finished_at < now() - interval '10 minutes'
    or v_is_hour_old and v_rows - v_last.built_rows >= 2000
    or v_is_hour_old and exists (select from catalog.search_statistics s where s.moves_waiting_at > v_last.started_at);
end
$$;

create or replace function catalog.refresh_search_statistics(p_table text default 'search_rows') returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_rows integer;
begin
  perform catalog.require_operator();
  delete from catalog.search_change_marks where marked_at < now() - interval '1 hour';
  execute format('select count(*) from catalog.%I', p_table) into v_rows;
  -- What stood at the last rebuild, by its postings, and the rows written since: a row that changed since counts twice.
  -- Words that no entry has any more come down to nothing, and nothing is made of them.
  execute format($sql$
    update catalog.search_keys k set document_count = coalesce(counted.uses, 0)
    from catalog.search_keys known
    left join (
      select key_id, sum(uses)::int as uses from (
        select x.key_id, cardinality(x.places) as uses from catalog.search_postings x where x.key_id > 0
        union all
        select key_id, 1 from catalog.%I s, unnest(s.keys) key_id where s.place is null) listed
      group by key_id
    ) counted on counted.key_id = known.id
    where k.id = known.id and k.document_count <> coalesce(counted.uses, 0) $sql$, p_table);
  update catalog.search_terms t set document_count = k.document_count
  from catalog.search_keys k
  where k.key = 'w:' || t.stem and t.document_count <> k.document_count;
  update catalog.search_terms t set is_common = ranked.is_common
  from (
    select term, row_number() over (order by document_count desc, term) <= 6000 as is_common from catalog.search_terms
  ) ranked
  where t.term = ranked.term and t.is_common <> ranked.is_common;
  update catalog.search_statistics set row_count = v_rows, refreshed_at = now(), facet_counts = (
    select coalesce(jsonb_agg(jsonb_build_array(k.key, k.document_count) order by k.document_count desc, k.key), '[]')
    from (
      (select k.key, k.document_count from catalog.search_keys k where k.key like 't:%' and k.document_count > 0
        order by k.document_count desc, k.key limit 100)
      union all
      select k.key, k.document_count from catalog.search_keys k
      where k.id < 1114112 and left(k.key, 2) in ('k:', 'c:', 'p:', 'g:') and k.document_count > 0) k);
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.is_search_rebuild_due() to authenticated, service_role;
