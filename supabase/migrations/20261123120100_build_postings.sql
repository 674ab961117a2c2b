-- Rebuilding with postings: the filled rows are put in order of popularity, numbered, and their keys and facets gathered;
-- all of it takes the place of the old at once.

create or replace function catalog.begin_search_build() returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
begin
  perform catalog.require_operator();
  -- Goes on with the unfinished build whose table is still there, or starts one. Readers keep the old rows throughout.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is not null and to_regclass('catalog.search_rows_next') is not null then
    return v_build.id;
  end if;
  delete from catalog.search_builds where finished_at is null;
  truncate catalog.search_changes;
  drop table if exists catalog.search_rows_next, catalog.search_postings_next, catalog.search_facet_blocks_next;
  create table catalog.search_rows_next (like catalog.search_rows);
  alter table catalog.search_rows_next enable row level security;
  create unique index search_rows_next_key on catalog.search_rows_next (row_id);
  update catalog.search_statistics set next_head_floor = coalesce((
    select r.hot_score from catalog.marketplace_catalog_rows r order by r.hot_score desc, r.handle
    offset (select count(*) / 16 from catalog.marketplace_catalog_rows) limit 1), '-Infinity');
  insert into catalog.search_builds (total_rows) select count(*) from catalog.marketplace_catalog_rows
  returning * into v_build;
  return v_build.id;
end
$$;

create function catalog.gather_postings(p_build integer) returns void
language plpgsql
set search_path = '' set work_mem = '512MB' set hash_mem_multiplier = 2 set enable_sort = off
set max_parallel_workers_per_gather = 0
as $$
begin
  -- Numbers the filled rows in order of popularity and writes them so; then each key's places and the blocks of facets.
  -- One pass hands the places out ascending; sort_asc only makes sure. Places of one group come in the order of the rows.
  alter table catalog.search_rows_next rename to search_rows_filled;
  create table catalog.search_rows_next (like catalog.search_rows);
  alter table catalog.search_rows_next enable row level security;
  perform set_config('enable_sort', 'on', true);
  insert into catalog.search_rows_next (
    row_id, hot_key, created_at, price_amount, rating_average, sample, is_head, facets, keys, place)
  select s.row_id, s.hot_key, s.created_at, s.price_amount, s.rating_average, s.sample, s.is_head, s.facets, s.keys,
    row_number() over (order by s.hot_key desc, s.row_id desc) - 1
  from catalog.search_rows_filled s
  order by s.hot_key desc, s.row_id desc;
  drop table catalog.search_rows_filled;
  perform set_config('enable_sort', 'off', true);

  drop table if exists catalog.search_postings_next, catalog.search_facet_blocks_next;
  create table catalog.search_postings_next (like catalog.search_postings including storage);
  alter table catalog.search_postings_next enable row level security;
  insert into catalog.search_postings_next (key_id, places) values (0, array[p_build]);
  insert into catalog.search_postings_next (key_id, places)
  select key_id, extensions.sort_asc(array_agg(place))
  from (select unnest(s.keys) as key_id, s.place from catalog.search_rows_next s) listed
  group by key_id;
  alter table catalog.search_postings_next add constraint search_postings_next_pkey primary key (key_id);

  create table catalog.search_facet_blocks_next (like catalog.search_facet_blocks);
  alter table catalog.search_facet_blocks_next enable row level security;
  insert into catalog.search_facet_blocks_next (block, facets)
  select s.place / 4096, string_agg(s.facets, ',' order by s.place) from catalog.search_rows_next s group by 1;
  alter table catalog.search_facet_blocks_next add constraint search_facet_blocks_next_pkey primary key (block);
end
$$;

create or replace function catalog.index_search_build() returns void
language plpgsql security definer
set search_path = '' set maintenance_work_mem = '512MB'
as $$
declare
  v_build catalog.search_builds;
begin
  perform catalog.require_operator();
  -- Orders and indexes the filled table. Apart from the last step, so that nothing waits for it.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is not null and to_regclass('catalog.search_rows_next_keys') is null then
    perform catalog.gather_postings(v_build.id::integer);
    perform catalog.index_search_rows('search_rows_next');
  end if;
  analyze catalog.search_rows_next;
end
$$;

create function catalog.await_older_readers() returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_written xid := (select s.xmin from catalog.search_rows_next s limit 1);
begin
  perform catalog.require_operator();
  -- A statement that began before the new rows were written would find none of them after the exchange. Such statements
  -- are few and short; after ten seconds one that is still there is no search.
  for v_round in 1 .. 200 loop
    perform pg_catalog.pg_stat_clear_snapshot();
    exit when v_written is null or not exists (
      select from pg_catalog.pg_stat_activity a
      where a.pid <> pg_catalog.pg_backend_pid() and a.datname = pg_catalog.current_database()
        and a.backend_xmin is not null and pg_catalog.age(a.backend_xmin) >= pg_catalog.age(v_written));
    perform pg_catalog.pg_sleep(0.05);
  end loop;
end
$$;

create or replace function catalog.finish_search_build() returns jsonb
language plpgsql security definer
set search_path = '' set lock_timeout = '5s'
as $$
declare
  v_build catalog.search_builds;
  v_index record;
  v_rows integer;
  v_stale integer[];
begin
  perform catalog.require_operator();
  -- Applies what was written meanwhile and puts the new rows in the place of the old ones. Writers wait for this step
  -- alone; readers wait for the renaming, which takes milliseconds, and see either table whole.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is null then
    perform catalog.refuse('409', 'conflict', 'No rebuild of the search index is under way.');
  end if;
  lock table catalog.marketplace_catalog_rows in share row exclusive mode;
  v_stale := array(select s.place from catalog.search_rows_next s
    where s.row_id in (select c.row_id from catalog.search_changes c) and s.place is not null order by s.place);
  perform catalog.compile_search_rows(array(select distinct c.row_id from catalog.search_changes c), 'search_rows_next');
  delete from catalog.search_rows_next s
  where s.row_id in (select c.row_id from catalog.search_changes c)
    and not exists (select from catalog.marketplace_catalog_rows r where r.row_id = s.row_id);
  -- Postings first, as readers take them: in the same order nobody waits for another in a circle.
  drop table catalog.search_postings, catalog.search_facet_blocks;
  alter table catalog.search_postings_next rename to search_postings;
  alter table catalog.search_postings rename constraint search_postings_next_pkey to search_postings_pkey;
  alter table catalog.search_facet_blocks_next rename to search_facet_blocks;
  alter table catalog.search_facet_blocks rename constraint search_facet_blocks_next_pkey to search_facet_blocks_pkey;
  delete from catalog.search_stale_places;
  insert into catalog.search_stale_places (place) select unnest(v_stale);
  truncate catalog.search_changes;
  drop table catalog.search_rows;
  alter table catalog.search_rows_next rename to search_rows;
  for v_index in
    select c.relname from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
    where i.indrelid = 'catalog.search_rows'::regclass
  loop
    execute format('alter index catalog.%I rename to %I', v_index.relname,
      replace(v_index.relname, 'search_rows_next_', 'search_rows_'));
  end loop;
  comment on table catalog.search_rows is
    'What search reads of each entry, narrow and in order of popularity: its keys (search_keys) and, one character each, the facets to count. Rebuilt whole by npm run marketplace:index-sync.';
  comment on column catalog.search_rows.place is 'Its number in the order of popularity of the last rebuild; null when it was written since.';
  comment on table catalog.search_postings is
    'The places of the rows that have a key, ascending, as of the last rebuild. Key 0 holds the number of that rebuild.';
  comment on table catalog.search_facet_blocks is
    'The facets of 4096 places each, a comma between rows: what the web server keeps in memory to count by. Unchanged between rebuilds.';
  select count(*) into v_rows from catalog.search_rows;
  update catalog.search_statistics set head_floor = next_head_floor, row_count = v_rows;
  update catalog.search_builds set finished_at = now(), built_rows = v_rows where id = v_build.id;
  delete from catalog.search_builds where finished_at < now() - interval '90 days';
  return jsonb_build_object('rows', v_rows);
end
$$;
revoke execute on all functions in schema catalog from public;
grant execute on function catalog.await_older_readers() to authenticated, service_role;
