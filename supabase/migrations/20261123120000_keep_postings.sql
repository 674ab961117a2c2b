-- Postings: for each key the places, in order of popularity, of the rows that have it, as of the last rebuild. Sorted
-- integer arrays meet each other in a fraction of the time that an inverted index with its row visits takes. They never
-- change between rebuilds: a row written since loses its place (search_stale_places keeps it) and is found by its keys.

create extension if not exists intarray with schema extensions;

alter table catalog.search_rows add column place integer;
comment on column catalog.search_rows.place is 'Its number in the order of popularity of the last rebuild; null when it was written since.';

create table catalog.search_postings (
  key_id integer not null primary key,
  places integer[] not null
);
alter table catalog.search_postings alter column places set storage external;
comment on table catalog.search_postings is
  'The places of the rows that have a key, ascending, as of the last rebuild. Key 0 holds the number of that rebuild.';

create table catalog.search_facet_blocks (
  block integer not null primary key,
  facets text not null
);
comment on table catalog.search_facet_blocks is
  'The facets of 4096 places each, a comma between rows: what the web server keeps in memory to count by. Unchanged between rebuilds.';

create table catalog.search_stale_places (
  place integer not null primary key
);
comment on table catalog.search_stale_places is 'Places whose row was written or deleted since the last rebuild: to be left out.';

create table catalog.search_change_marks (
  transaction_id xid8 not null default pg_current_xact_id() primary key,
  marked_at timestamptz not null default now()
);
comment on table catalog.search_change_marks is
  'Transactions that changed what is listed, for whoever remembers an answer. Kept for an hour. Moved counters leave no mark.';
create index search_change_marks_by_time on catalog.search_change_marks (marked_at);

alter table catalog.search_change_marks enable row level security;
alter table catalog.search_postings enable row level security;
alter table catalog.search_facet_blocks enable row level security;
alter table catalog.search_stale_places enable row level security;

create or replace function catalog.index_search_rows(p_table text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_index record;
begin
  -- The indexes of the search rows, under names that follow the table's. Sampled and popular rows have small ones of
  -- their own: estimates and first pages of common words read those.
  for v_index in
    select * from (values
      ('key', 'unique', 'btree (row_id)', ''),
      ('hot', '', 'btree (hot_key, row_id)', ''),
      ('new', '', 'btree (created_at, row_id)', ''),
      ('price', '', 'btree (price_amount, row_id)', ''),
      ('rating', '', 'btree (rating_average, row_id)', ''),
      ('place', 'unique', 'btree (place) include (row_id, hot_key)', 'where place is not null'),
      ('keys', '', 'gin (keys) with (fastupdate = off)', ''),
      ('keys_fresh', '', 'gin (keys) with (fastupdate = off)', 'where place is null'),
      ('keys_head', '', 'gin (keys) with (fastupdate = off)', 'where is_head'),
      ('keys_sample', '', 'gin (keys) with (fastupdate = off)', 'where sample < 16'),
      ('keys_small_sample', '', 'gin (keys) with (fastupdate = off)', 'where sample < 4'),
      ('keys_least_sample', '', 'gin (keys) with (fastupdate = off)', 'where sample < 1')
    ) as wanted (name, uniqueness, columns, predicate)
  loop
    if to_regclass(format('catalog.%I', p_table || '_' || v_index.name)) is null then
      execute format('create %s index %I on catalog.%I using %s %s', v_index.uniqueness,
        p_table || '_' || v_index.name, p_table, v_index.columns, v_index.predicate);
    end if;
  end loop;
  -- Plans are chosen from the dictionary; the statistics of a hundred thousand keys would only make planning slow.
  execute format('alter table catalog.%I alter column keys set statistics 0', p_table);
end
$$;
select catalog.index_search_rows('search_rows');

create function catalog.forget_places(p_row_ids integer[]) returns void
language sql
set search_path = ''
as $$
  -- Before these rows are written: their places no longer say what they hold.
  insert into catalog.search_stale_places (place)
  select s.place from catalog.search_rows s where s.row_id = any(p_row_ids) and s.place is not null
  order by s.place
  on conflict (place) do nothing
$$;

create or replace function catalog.compile_search_rows(p_row_ids integer[], p_table text default 'search_rows') returns void
language plpgsql security definer
set search_path = '' set enable_nestloop = on set enable_sort = on set work_mem = '128MB'
as $$
declare
  c_keys constant text := $sql$
    base as materialized (
      select r.row_id, r.search, r.tags, r.kind, r.category_slug, r.price_amount, r.registry_id, r.registry_url,
        r.store_slug, r.rating_average
      from catalog.marketplace_catalog_rows r where r.row_id = any($1)
    ), keyed as (
      select w.row_id, 'w:' || left(w.word, 60) as key
      from (select b.row_id, unnest((tsvector_to_array(b.search))[1:1500]) as word from base b) w
      union all select w.row_id, 'n:' || left(w.word, 60)
      from (select b.row_id, unnest(tsvector_to_array(ts_filter(b.search, '{a}'))) as word from base b) w
      union all select t.row_id, 't:' || t.tag from (select b.row_id, unnest(b.tags) as tag from base b) t
      union all select b.row_id, unnest(array['k:' || b.kind, 'c:' || b.category_slug,
        case when b.price_amount = 0 then 'p:free' else 'p:paid' end,
        'r:' || case when b.registry_id = 'local' then 'local' else coalesce(b.registry_url, b.registry_id) end])
      from base b
      union all select b.row_id, 's:' || b.store_slug from base b where b.store_slug is not null
      union all select b.row_id, 'g:' || generate_series(1, floor(b.rating_average)::int) from base b
    ) $sql$;
begin
  -- Writes the search rows of the given catalogue rows into the table, with the keys and terms they bring along.
  -- Sorted by key, so that two writers of the same new words cannot deadlock. Many rows read the dictionary whole.
  if cardinality(p_row_ids) > 200 then
    perform set_config('enable_nestloop', 'off', true), set_config('enable_sort', 'off', true);
  end if;
  execute format($sql$
    with %s
    insert into catalog.search_keys (id, key)
    select catalog.next_key_id(fresh.key), fresh.key
    from (select distinct key collate "C" as key from keyed) fresh
    where not exists (select from catalog.search_keys known where known.key = fresh.key)
    order by fresh.key
    on conflict (key) do nothing $sql$, c_keys) using p_row_ids;

  insert into catalog.search_terms (term, stem)
  select fresh.term, coalesce(left(catalog.word_stem(fresh.term), 60), fresh.term)
  from (
    select distinct w.word collate "C" as term
    from (
      select unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', translate(
        extensions.unaccent('extensions.unaccent', r.handle || ' ' || r.display_name || ' ' || (r.entry ->> 'summary')
          || ' ' || array_to_string(r.tags, ' ')), '-_./@:#', '       ')))) as word
      from catalog.marketplace_catalog_rows r where r.row_id = any(p_row_ids)) w
    offset 0
  ) fresh
  where char_length(fresh.term) between 2 and 40 and fresh.term ~ '^[[:alnum:]]+$'
    and not exists (select from catalog.search_terms known where known.term = fresh.term)
  order by fresh.term
  on conflict (term) do nothing;

  if p_table = 'search_rows' then
    perform catalog.forget_places(p_row_ids);
  end if;
  execute format($sql$
    with %s, compiled as (
      select keyed.row_id, array_agg(known.id) as keys,
        coalesce(string_agg(chr(known.id), '') filter (where known.id < 1114112), '') as facets
      from keyed join catalog.search_keys known on known.key = keyed.key collate "C"
      group by keyed.row_id
    )
    insert into catalog.%I (row_id, hot_key, created_at, price_amount, rating_average, sample, is_head, facets, keys)
    select r.row_id, r.hot_score + (hashtext(r.handle) & 1048575) / 2e12, r.created_at, r.price_amount, r.rating_average,
      (hashtext(r.handle) >> 20) & 1023, r.hot_score >= (
        select case when $2 = 'search_rows' then s.head_floor else s.next_head_floor end from catalog.search_statistics s),
      compiled.facets, compiled.keys
    from compiled join catalog.marketplace_catalog_rows r using (row_id)
    where r.row_id = any($1)
    order by r.hot_score desc, r.handle
    on conflict (row_id) do update set
      hot_key = excluded.hot_key, created_at = excluded.created_at, price_amount = excluded.price_amount,
      rating_average = excluded.rating_average, sample = excluded.sample, is_head = excluded.is_head,
      facets = excluded.facets, keys = excluded.keys, place = null $sql$, c_keys, p_table) using p_row_ids, p_table;
end
$$;

create or replace function catalog.follow_catalog_rows() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_written integer[];
  v_counted integer[];
begin
  -- One call a statement. A row whose counters alone changed keeps its keys and only moves in the order.
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
    -- One whose popularity moved loses its place in that order.
    perform catalog.forget_places(array(
      select s.row_id from after_rows r join catalog.search_rows s on s.row_id = r.row_id
      where r.row_id = any(v_counted) and s.hot_key <> r.hot_score + (hashtext(r.handle) & 1048575) / 2e12));
    update catalog.search_rows s set
      place = case when s.hot_key = r.hot_score + (hashtext(r.handle) & 1048575) / 2e12 then s.place end,
      hot_key = r.hot_score + (hashtext(r.handle) & 1048575) / 2e12, rating_average = r.rating_average,
      is_head = r.hot_score >= (select st.head_floor from catalog.search_statistics st)
    from after_rows r
    where s.row_id = r.row_id and r.row_id = any(v_counted)
      and (s.hot_key, s.rating_average)
        is distinct from (r.hot_score + (hashtext(r.handle) & 1048575) / 2e12, r.rating_average);
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
