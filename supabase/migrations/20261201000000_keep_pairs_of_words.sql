-- Pairs of common words: where one stands right before the other, as of the last rebuild. A phrase of common words was looked
-- for row by row among all rows that have its words; now it is met as words are.

create table catalog.search_pairs (
  first_key integer not null,
  second_key integer not null,
  places integer[] not null,
  primary key (first_key, second_key)
);
alter table catalog.search_pairs alter column places set storage external;
alter table catalog.search_pairs enable row level security;
comment on table catalog.search_pairs is
  'The places of the rows where one word stands right before another, ascending, as of the last rebuild. Only words that many rows have are followed: second_key 0 names them, without places.';

drop function catalog.match_postings(jsonb);
create function catalog.match_postings(p_keys jsonb, p_within integer[] default null) returns integer[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_places integer[] := p_within;
  v_choices integer[];
  v_key integer;
  v_choice jsonb;
begin
  -- The places of the rows that have every key of all (the rarest first), one key of each list in any, no key of none,
  -- and were not written since the last rebuild; ascending. Of p_within only, where it is given.
  for v_key in select key::integer from jsonb_array_elements_text(p_keys -> 'all') key loop
    select case when v_places is null then x.places else v_places operator(extensions.&) x.places end into v_places
    from catalog.search_postings x where x.key_id = v_key;
    if not found or v_places = '{}' then
      return '{}';
    end if;
  end loop;
  for v_choice in select choice from jsonb_array_elements(p_keys -> 'any') choice loop
    v_choices := '{}';
    for v_key in select key::integer from jsonb_array_elements_text(v_choice) key loop
      select v_choices operator(extensions.|)
          case when v_places is null then x.places else v_places operator(extensions.&) x.places end into v_choices
      from (select v_key as key_id) wanted
      left join catalog.search_postings known on known.key_id = wanted.key_id
      cross join lateral (select coalesce(known.places, '{}') as places) x;
    end loop;
    v_places := v_choices;
  end loop;
  for v_key in select key::integer from jsonb_array_elements_text(p_keys -> 'none') key loop
    -- A key that no row had at the rebuild takes none away.
    v_places := v_places operator(extensions.-) coalesce((
      select x.places from catalog.search_postings x where x.key_id = v_key), '{}');
  end loop;
  if exists (select from catalog.search_stale_places) then
    v_places := v_places operator(extensions.-) array(select s.place from catalog.search_stale_places s order by s.place);
  end if;
  return v_places;
end
$$;

create function catalog.match_phrases(p jsonb) returns integer[]
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  c_checked_max constant integer := 5000;
  v_check jsonb;
  v_left jsonb := '[]';
  v_places integer[];
  v_pair record;
  v_words text[];
  v_pairs integer;
  v_covered integer[] := '{}';
begin
  -- The standing places that match p.match and p.checks, by pairs of words; null when no pair of a wanted phrase is
  -- followed: then rows have to be tested. A phrase of two words is told by its pair; of longer ones, and of the other
  -- checks, the rows that are left are tested.
  for v_check in select checked from jsonb_array_elements(p -> 'checks') checked loop
    v_pairs := 0;
    v_words := '{}';
    if not (v_check ->> 'isExcluded')::boolean and jsonb_array_length(v_check -> 'operands') = 1
      and (v_check #>> '{operands,0,isPhrase}')::boolean then
      -- As catalog.phrase_query reads them.
      v_words := string_to_array(catalog.plain_words((
        select string_agg(word, ' ') from jsonb_array_elements_text(v_check #> '{operands,0,words}') word)), ' ');
      for v_pair in
        select following.first, following.second, x.places
        from (
          select k.id as first, lead(k.id) over (order by asked.at) as second
          from unnest(v_words) with ordinality asked (word, at)
          left join catalog.search_keys k on k.key = 'w:' || catalog.word_stem(asked.word)) following
        join catalog.search_pairs one on one.first_key = following.first and one.second_key = 0
        join catalog.search_pairs other on other.first_key = following.second and other.second_key = 0
        left join catalog.search_pairs x on x.first_key = following.first and x.second_key = following.second
      loop
        v_pairs := v_pairs + 1;
        v_places := case when v_places is null then coalesce(v_pair.places, '{}')
          else v_places operator(extensions.&) coalesce(v_pair.places, '{}') end;
        v_covered := v_covered || v_pair.first || v_pair.second;
      end loop;
    end if;
    -- Three nodes: two words of one stem each, with nothing between them.
    if v_pairs <> 1 or cardinality(v_words) <> 2 or numnode(catalog.phrase_query(v_check #> '{operands,0,words}')) <> 3 then
      v_left := v_left || jsonb_build_array(v_check);
    end if;
  end loop;
  if v_places is null or v_places = '{}' then
    return v_places;
  end if;
  -- Who has the pair has its words.
  v_places := catalog.match_postings(jsonb_set(p -> 'match', '{all}', coalesce((
    select jsonb_agg(key) from jsonb_array_elements(p #> '{match,all}') key where key::integer <> all (v_covered)), '[]')), v_places);
  if v_left = '[]' or v_places = '{}' then
    return v_places;
  end if;
  if cardinality(v_places) > c_checked_max then
    return null;
  end if;
  execute format('select coalesce(array_agg(s.place order by s.place), ''{}'') from catalog.search_rows s where s.place = any ($1) %s',
    catalog.checks_condition(v_left)) into v_places using v_places;
  return v_places;
end
$$;

create function catalog.check_fresh(p_ids integer[], p_checks jsonb) returns catalog.search_fresh
language plpgsql stable
set search_path = ''
as $$
declare
  v_fresh catalog.search_fresh;
begin
  -- Those of the rows written since the last rebuild that pass the checks, the most popular first.
  execute format('select coalesce(array_agg(s.row_id order by s.hot_key desc, s.row_id desc), ''{}''),
      coalesce(array_agg(s.hot_key order by s.hot_key desc, s.row_id desc), ''{}''), coalesce(string_agg(s.facets, ''''), '''')
    from catalog.search_rows s where s.row_id = any ($1) %s', catalog.checks_condition(p_checks)) into v_fresh using p_ids;
  return v_fresh;
end
$$;

create function catalog.gather_pairs(p_batch integer default 50000) returns void
language plpgsql
set search_path = '' set work_mem = '512MB' set hash_mem_multiplier = 2 set enable_mergejoin = off set enable_sort = on
set max_parallel_workers_per_gather = 0
as $$
declare
  c_words_max constant integer := 1024;
  c_least constant integer := 20;
  v_rows integer := (select coalesce(max(s.place) + 1, 0) from catalog.search_rows_next s);
begin
  -- Where common words follow each other in the numbered rows of search_rows_next, from the positions in their texts. Words
  -- that fewer than one row in five hundred has are left out: rows that have one of those are soon tested. As in the keys of
  -- a row, only its first 1,500 words count.
  create table catalog.search_pairs_next (like catalog.search_pairs including storage);
  alter table catalog.search_pairs_next enable row level security;
  insert into catalog.search_pairs_next (first_key, second_key, places)
  select x.key_id, 0, '{}'
  from catalog.search_postings_next x join catalog.search_keys k on k.id = x.key_id
  where k.key like 'w:%' and char_length(k.key) < 62 and cardinality(x.places) >= greatest(c_least, v_rows / 500)
  order by cardinality(x.places) desc limit c_words_max;
  analyze catalog.search_pairs_next;

  create unlogged table catalog.search_pairs_found (first_key integer not null, second_key integer not null, place integer not null);
  for v_first in 0 .. v_rows - 1 by p_batch loop
    insert into catalog.search_pairs_found (first_key, second_key, place)
    select distinct following.first, following.second, following.place
    from (
      select standing.place, standing.id as first, lead(standing.id) over place as second,
        lead(standing.at) over place - standing.at as distance
      from (
        select s.place, w.id, at
        from catalog.search_rows_next s
        join catalog.marketplace_catalog_rows r on r.row_id = s.row_id
        cross join lateral unnest(r.search) with ordinality t (lexeme, positions, weights, n)
        join (
          select k.id, substr(k.key, 3) collate "C" as stem
          from catalog.search_pairs_next p join catalog.search_keys k on k.id = p.first_key offset 0) w
          on w.stem = t.lexeme collate "C" and t.n <= 1500
        cross join lateral unnest(t.positions) at
        where s.place >= v_first and s.place < v_first + p_batch) standing
      window place as (partition by standing.place order by standing.at)) following
    where following.distance = 1;
  end loop;
  -- As with postings: the places of one group come in the order of the rows.
  perform set_config('enable_sort', 'off', true);
  insert into catalog.search_pairs_next (first_key, second_key, places)
  select f.first_key, f.second_key, extensions.sort_asc(array_agg(f.place)) from catalog.search_pairs_found f group by 1, 2;
  drop table catalog.search_pairs_found;
  alter table catalog.search_pairs_next add constraint search_pairs_next_pkey primary key (first_key, second_key);
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
    drop table if exists catalog.search_pairs_next;
  end if;
  if v_build.id is not null and to_regclass('catalog.search_pairs_next') is null then
    perform catalog.gather_pairs();
  end if;
  analyze catalog.search_rows_next;
end
$$;

create or replace function catalog.begin_search_build(p_with_packages boolean default true) returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
begin
  perform catalog.require_operator();
  -- Goes on with the unfinished build whose table is still there, or starts one. Readers keep the old rows throughout.
  -- Two who begin at once begin the same one. Without its packages' part a build only puts the search rows in order; who
  -- wants that part adds it to a build that left it out.
  perform pg_advisory_xact_lock(hashtextextended('catalog.search_builds', 0));
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is not null and to_regclass('catalog.search_rows_next') is not null then
    if p_with_packages and v_build.skips_packages then
      update catalog.search_builds b set skips_packages = false, is_packages_done = false where b.id = v_build.id;
    end if;
    return v_build.id;
  end if;
  delete from catalog.search_builds where finished_at is null;
  truncate catalog.search_changes;
  drop table if exists catalog.search_rows_next, catalog.search_postings_next, catalog.search_pairs_next,
    catalog.search_facet_blocks_next;
  create table catalog.search_rows_next (like catalog.search_rows);
  alter table catalog.search_rows_next enable row level security;
  create unique index search_rows_next_key on catalog.search_rows_next (row_id);
  insert into catalog.search_builds (total_rows, total_packages, skips_packages, is_packages_done)
  values ((select count(*) from catalog.marketplace_catalog_rows), (select count(*) from catalog.packages),
    not p_with_packages, not p_with_packages)
  returning * into v_build;
  return v_build.id;
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
  if not v_build.is_packages_done then
    perform catalog.refuse('409', 'conflict', 'The packages of this rebuild are still being read anew.');
  end if;
  lock table catalog.marketplace_catalog_rows in share row exclusive mode;
  v_stale := array(select s.place from catalog.search_rows_next s
    where s.row_id in (select c.row_id from catalog.search_changes c) and s.place is not null order by s.place);
  perform catalog.compile_search_rows(array(select distinct c.row_id from catalog.search_changes c), 'search_rows_next');
  delete from catalog.search_rows_next s
  where s.row_id in (select c.row_id from catalog.search_changes c)
    and not exists (select from catalog.marketplace_catalog_rows r where r.row_id = s.row_id);
  if to_regclass('catalog.search_pairs_next') is null then
    perform catalog.refuse('409', 'conflict', 'This rebuild is not indexed yet.');
  end if;
  -- In the order in which readers take them nobody waits for another in a circle: whoever reads facets takes postings after,
  -- whoever searches takes postings and then pairs.
  drop table catalog.search_facet_blocks, catalog.search_postings, catalog.search_pairs;
  alter table catalog.search_postings_next rename to search_postings;
  alter table catalog.search_postings rename constraint search_postings_next_pkey to search_postings_pkey;
  alter table catalog.search_pairs_next rename to search_pairs;
  alter table catalog.search_pairs rename constraint search_pairs_next_pkey to search_pairs_pkey;
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
  comment on table catalog.search_pairs is
    'The places of the rows where one word stands right before another, ascending, as of the last rebuild. Only words that many rows have are followed: second_key 0 names them, without places.';
  comment on table catalog.search_facet_blocks is
    'The facets of 4096 places each, a comma between rows: what the web server keeps in memory to count by. Unchanged between rebuilds.';
  select count(*) into v_rows from catalog.search_rows;
  update catalog.search_statistics set head_floor = next_head_floor, row_count = v_rows;
  update catalog.search_builds set finished_at = now(), built_rows = v_rows where id = v_build.id;
  delete from catalog.search_builds where finished_at < now() - interval '90 days';
  return jsonb_build_object('rows', v_rows);
end
$$;

create or replace function catalog.find_page(p jsonb, out answer jsonb, out items text, out facets text, out places text)
language plpgsql stable security definer
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_plan jsonb := p -> 'plan';
  v_sort text := p ->> 'sort';
  v_limit integer := (p ->> 'limit')::int;
  v_offset integer := (p ->> 'offset')::int;
  v_wants_count boolean := (p ->> 'wantsCount')::boolean;
  v_base integer := (select x.places[1] from catalog.search_postings x where x.key_id = 0);
  v_choices integer := jsonb_array_length(p #> '{match,any}');
  v_is_popular boolean := v_sort in ('hot', 'relevance');
  -- Without phrases and in order of popularity: no statement has to be made up for it.
  v_is_plain boolean := p -> 'checks' = '[]' and v_is_popular and v_choices <= 3;
  v_given integer[] := ('{' || (p ->> 'places') || '}')::integer[];
  -- The places of its phrases, where pairs of words tell them to a caller that knows the facets of these places.
  v_told integer[] := case when p -> 'checks' <> '[]' and v_base = (p ->> 'base')::int then catalog.match_phrases(p) end;
  v_stale integer[];
  v_is_based boolean := v_is_plain and (v_plan ->> 'isFew')::boolean and v_base = (p ->> 'base')::int
    and (v_choices > 0 or p #> '{match,all}' <> '[]');
  v_condition text;
  v_places integer[];
  v_fresh catalog.search_fresh;
  v_step integer;
  v_count catalog.search_count;
  v_slice catalog.search_slice;
  v_named integer[] := '{}';
  v_ids integer[] := '{}';
  v_keys text[] := '{}';
  v_parts jsonb;
  v_head_length integer := 0;
  v_ranked_length integer := 0;
  v_floor_key text := p #>> '{after,key}';
  v_floor_id integer := (p #>> '{after,id}')::int;
  v_has_tail boolean := true;
  v_is_incomplete boolean := false;
  v_tail text := case when p #>> '{after,phase}' = 'walk' then 'walk' else 'tail' end;
  v_next jsonb;
begin
  -- One page of what matches, its cards as JSON text, its total and the facets of the counted rows: as characters, and
  -- as places for a caller that knows the facets of this rebuild's places. The plan in p is made by lib/search/plan.ts.
  -- Where the places were given, total and facets are those of the rows written since, and places those to leave out.
  -- Every step is bounded; one that would begin over budget is left out and isIncomplete says so.
  -- Places that the caller has met: good for this rebuild, without those whose rows were written since. If these leave too
  -- few of them, or are many, the search is made here. In other orders than popularity they are none: only counting is
  -- the caller's then.
  if v_given is not null and v_base = (p ->> 'base')::int then
    v_stale := array(select s.place from catalog.search_stale_places s order by s.place limit 5001);
    v_places := case when v_stale = '{}' then v_given else v_given operator(extensions.-) v_stale end;
    if cardinality(v_stale) > 5000
      or (not (p ->> 'placesAreAll')::boolean and cardinality(v_places) < (p ->> 'placesNeeded')::int) then
      v_given := null;
    end if;
  else
    v_given := null;
  end if;
  if v_told is not null then
    v_fresh := catalog.match_fresh(p -> 'match');
    if cardinality(v_fresh.ids) > 5000 then
      v_told := null;
    elsif v_fresh.ids <> '{}' then
      v_fresh := catalog.check_fresh(v_fresh.ids, p -> 'checks');
    end if;
  end if;
  v_is_based := v_is_based or ((v_given is not null or v_told is not null) and v_is_popular);
  if v_given is not null then
    if v_is_popular or v_wants_count then
      v_fresh := catalog.match_fresh(p -> 'match');
    end if;
    if v_wants_count then
      v_count := row(cardinality(v_fresh.ids), true, v_fresh.facets, 1.0)::catalog.search_count;
      places := array_to_string(v_stale, ',');
    end if;
  elsif v_is_based or v_told is not null then
    v_places := coalesce(v_told, catalog.match_postings(p -> 'match'));
    if v_told is null then
      v_fresh := catalog.match_fresh(p -> 'match');
    end if;
    if v_wants_count then
      -- Beyond 10,000 every so manyth place stands for the others, as the facets of the fresh rows do not.
      v_step := case when cardinality(v_places) <= 10000 then 1
        else 2 + cardinality(v_places) / 5000 end;
      v_count := row(cardinality(v_places) + cardinality(v_fresh.ids), v_step = 1,
        case when v_step = 1 then v_fresh.facets else '' end, 1.0 / v_step)::catalog.search_count;
      places := array_to_string(case when v_step = 1 then v_places else array(
        select v_places[i] from generate_series(1, cardinality(v_places), v_step) i) end, ',');
    end if;
    if not v_is_popular then
      -- In other orders the told rows are sorted, unless they are so many that walking the order finds them sooner.
      if cardinality(v_places) <= 10000 then
        v_condition := format('(s.place = any (%L) or s.row_id = any (%L))', v_places, v_fresh.ids);
        v_plan := v_plan || '{"walkRows": 0}';
      else
        v_condition := catalog.keys_condition(p -> 'match') || catalog.checks_condition(p -> 'checks');
      end if;
    end if;
  elsif not v_is_plain or not (v_plan ->> 'walkRows')::int > 0 or (v_plan ->> 'isFew')::boolean
    or (v_plan ->> 'readsHead')::boolean or v_wants_count then
    v_condition := catalog.keys_condition(p -> 'match') || catalog.checks_condition(p -> 'checks');
  end if;

  -- After a hasty page its cards are not known to be those of the ranked rows: the others follow as they are.
  if v_sort = 'relevance' and coalesce(p #>> '{after,phase}', 'head') <> 'walk' then
    v_named := catalog.named_candidates(p);
    if coalesce(p #>> '{after,phase}', 'head') = 'head' then
      if v_is_based then
        v_slice := catalog.slice_postings(v_places, v_fresh, null, null, (v_plan ->> 'candidates')::int, 0, '{}');
        v_ids := coalesce(v_slice.ids, '{}');
        v_head_length := cardinality(v_ids);
        v_has_tail := cardinality(v_places) + cardinality(v_fresh.ids) > v_head_length;
        v_floor_key := v_slice.keys[v_head_length];
        v_floor_id := v_slice.ids[v_head_length];
      elsif v_is_plain and not (v_plan ->> 'isFew')::boolean and not (v_plan ->> 'readsHead')::boolean
        and (v_plan ->> 'walkRows')::int > 0 then
        v_slice := catalog.walk_popular(p -> 'match', null, null, (v_plan ->> 'candidates')::int, 0, '{}',
          (v_plan ->> 'walkRows')::int);
        v_ids := coalesce(v_slice.ids, '{}');
        v_floor_key := coalesce(v_slice.walked_key, v_slice.keys[cardinality(v_ids)]);
        v_floor_id := coalesce(v_slice.walked_id, v_slice.ids[cardinality(v_ids)]);
        v_has_tail := v_slice.walked_key is not null or cardinality(v_ids) = (v_plan ->> 'candidates')::int;
      else
        select h.ids, h.floor_key, h.floor_id, h.has_tail, h.total, h.facets
          into v_ids, v_floor_key, v_floor_id, v_has_tail, v_count.total, v_count.facets
        from catalog.search_head(v_condition, v_plan, v_wants_count) h;
        v_count.is_exact := v_count.total <= 10000;
        v_count.share := case when v_count.total is not null then 1 end;
      end if;
      v_slice := null;
      v_ids := array(select distinct unnest(v_ids || v_named));
      v_head_length := cardinality(v_ids);
      select coalesce(array_agg(r.row_id order by r.score desc, r.row_id desc), '{}'),
          coalesce(array_agg(r.score::text order by r.score desc, r.row_id desc), '{}'),
          jsonb_agg(r.parts order by r.score desc, r.row_id desc)
        into v_ids, v_keys, v_parts
      from (
        select r.row_id, r.score, r.parts from catalog.rank_candidates(v_ids, p -> 'text') r
        where p -> 'after' = 'null' or (r.score, r.row_id) < ((p #>> '{after,key}')::float8, (p #>> '{after,id}')::int)
        order by r.score desc, r.row_id desc limit v_limit + 1 offset v_offset) r;
      v_ranked_length := cardinality(v_ids);
    end if;
  end if;

  if v_ranked_length <= v_limit and v_has_tail then
    v_slice := case
      when v_is_based then catalog.slice_postings(v_places, v_fresh, v_floor_key::float8, v_floor_id,
        v_limit + 1 - v_ranked_length, greatest(0, v_offset - v_head_length), v_named)
      when v_is_plain and (v_plan ->> 'walkRows')::int > 0 then catalog.walk_popular(p -> 'match', v_floor_key::float8,
        v_floor_id, v_limit + 1 - v_ranked_length, greatest(0, v_offset - v_head_length), v_named,
        (v_plan ->> 'walkRows')::int)
      else catalog.slice_search(coalesce(v_condition, catalog.keys_condition(p -> 'match')), v_sort, v_floor_key, v_floor_id,
        v_limit + 1 - v_ranked_length, greatest(0, v_offset - v_head_length), v_named, (v_plan ->> 'walkRows')::int) end;
    v_ids := v_ids || v_slice.ids;
    v_keys := v_keys || v_slice.keys;
    v_is_incomplete := v_slice.walked_key is not null;
  end if;

  if v_wants_count and v_count.total is null then
    if clock_timestamp() < v_started_at + make_interval(secs => (p ->> 'budgetMs')::float8 / 1000) then
      v_count := catalog.count_search(v_condition, v_plan);
    else
      v_is_incomplete := true;
    end if;
  end if;

  if cardinality(v_ids) > v_limit then
    v_next := jsonb_build_object('key', v_keys[v_limit], 'id', v_ids[v_limit],
      'phase', case when v_limit <= v_ranked_length then 'head' else v_tail end);
    v_ids := v_ids[1:v_limit];
    v_is_incomplete := v_is_incomplete and v_wants_count and v_count.total is null;
  elsif v_is_incomplete and v_slice.walked_key is not null then
    v_next := jsonb_build_object('key', v_slice.walked_key, 'id', v_slice.walked_id, 'phase', v_tail);
  end if;
  facets := coalesce(v_count.facets, '');
  -- As text: composing one large jsonb and printing it would copy every card three times.
  select '[' || coalesce(string_agg(r.entry::text, ',' order by wanted.place), '') || ']' into items
  from unnest(v_ids) with ordinality wanted (row_id, place)
  join catalog.marketplace_catalog_rows r on r.row_id = wanted.row_id;
  answer := jsonb_build_object(
    'next', v_next, 'total', v_count.total, 'totalIsExact', coalesce(v_count.is_exact, false),
    'share', v_count.share, 'allFacets', case when v_wants_count and v_count.share is null and v_count.total is not null
      then (select s.facet_counts from catalog.search_statistics s) end, 'isIncomplete', v_is_incomplete,
    'base', coalesce(v_base, 0), 'isGiven', v_given is not null,
    'scores', case when (p #>> '{text,explains}')::boolean then v_parts end);
end
$$;

revoke execute on all functions in schema catalog from public;
revoke execute on function catalog.match_phrases(jsonb), catalog.check_fresh(integer[], jsonb), catalog.gather_pairs(integer),
  catalog.match_postings(jsonb, integer[]) from anon, authenticated, service_role;
