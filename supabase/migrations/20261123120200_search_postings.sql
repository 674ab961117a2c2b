-- Reading by postings: what a search of few matches costs no longer grows with where its rows lie on disk.

create function catalog.match_postings(p_keys jsonb) returns integer[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_places integer[];
  v_choices integer[];
  v_key integer;
  v_choice jsonb;
begin
  -- The places of the rows that have every key of all (the rarest first), one key of each list in any, no key of none,
  -- and were not written since the last rebuild; ascending.
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
    select v_places operator(extensions.-) x.places into v_places from catalog.search_postings x where x.key_id = v_key;
  end loop;
  if exists (select from catalog.search_stale_places) then
    v_places := v_places operator(extensions.-) array(select s.place from catalog.search_stale_places s order by s.place);
  end if;
  return v_places;
end
$$;

create type catalog.search_fresh as (ids integer[], keys double precision[], facets text);

create function catalog.match_fresh(p_keys jsonb) returns catalog.search_fresh
language plpgsql stable
set search_path = '' set enable_seqscan = off
as $$
declare
  v_all integer[] := translate(p_keys ->> 'all', '[] ', '{}')::integer[];
  v_none integer[] := translate(p_keys ->> 'none', '[] ', '{}')::integer[];
  v_choices text[] := array(select translate(choice::text, '[] ', '{}') from jsonb_array_elements(p_keys -> 'any') choice);
  v_first integer[] := v_choices[1]::integer[];
  v_fresh catalog.search_fresh;
begin
  -- The same among the rows written since the last rebuild, the most popular first.
  if v_all <> '{}' then
    select array_agg(s.row_id order by s.hot_key desc, s.row_id desc),
        array_agg(s.hot_key order by s.hot_key desc, s.row_id desc), string_agg(s.facets, '') into v_fresh
    from catalog.search_rows s
    where s.place is null and s.keys @> v_all and not s.keys && v_none
      and (v_choices = '{}' or not exists (select from unnest(v_choices) choice where not s.keys && choice::integer[]));
  else
    select array_agg(s.row_id order by s.hot_key desc, s.row_id desc),
        array_agg(s.hot_key order by s.hot_key desc, s.row_id desc), string_agg(s.facets, '') into v_fresh
    from catalog.search_rows s
    where s.place is null and s.keys && v_first and not s.keys && v_none
      and (v_choices = '{}' or not exists (select from unnest(v_choices) choice where not s.keys && choice::integer[]));
  end if;
  return row(coalesce(v_fresh.ids, '{}'), coalesce(v_fresh.keys, '{}'), coalesce(v_fresh.facets, ''))::catalog.search_fresh;
end
$$;

create function catalog.slice_postings(
  p_places integer[], p_fresh catalog.search_fresh, p_after_key double precision, p_after_id integer, p_limit integer,
  p_offset integer, p_excluded integer[]
) returns catalog.search_slice
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off
as $$
declare
  v_wanted integer := p_limit + p_offset + cardinality(p_excluded);
  v_first integer := 0;
  v_some integer[];
  v_slice catalog.search_slice;
begin
  -- A stretch in order of popularity of rows found by their places and among the fresh ones, after a position.
  if p_after_key is not null then
    -- The most popular place after the position; beyond the last one there is none.
    v_first := coalesce((
      select s.place from catalog.search_rows s
      where (s.hot_key, s.row_id) < (p_after_key, p_after_id) and s.place is not null
      order by s.hot_key desc, s.row_id desc limit 1), 2147483647);
  end if;
  if v_first = 0 then
    v_some := p_places[1:v_wanted];
  else
    v_some := array(select place from unnest(p_places) place where place >= v_first limit v_wanted);
  end if;
  select array_agg(found.row_id order by found.hot_key desc, found.row_id desc),
      array_agg(found.hot_key::text order by found.hot_key desc, found.row_id desc)
    into v_slice.ids, v_slice.keys
  from (
    select listed.row_id, listed.hot_key from (
      select s.row_id, s.hot_key from unnest(v_some) wanted (place) join catalog.search_rows s on s.place = wanted.place
      union all
      select fresh.row_id, fresh.hot_key from unnest(p_fresh.ids, p_fresh.keys) fresh (row_id, hot_key)
      where p_after_key is null or (fresh.hot_key, fresh.row_id) < (p_after_key, p_after_id)) listed
    where listed.row_id <> all(p_excluded)
    order by listed.hot_key desc, listed.row_id desc limit p_limit offset p_offset) found;
  return v_slice;
end
$$;

create function catalog.walk_popular(
  p_keys jsonb, p_after_key double precision, p_after_id integer, p_limit integer, p_offset integer,
  p_excluded integer[], p_walk_rows integer
) returns catalog.search_slice
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_all integer[] := translate(p_keys ->> 'all', '[] ', '{}')::integer[];
  v_none integer[] := translate(p_keys ->> 'none', '[] ', '{}')::integer[];
  v_choices text[] := array(select translate(choice::text, '[] ', '{}') from jsonb_array_elements(p_keys -> 'any') choice);
  v_first integer[] := v_choices[1]::integer[];
  v_second integer[] := v_choices[2]::integer[];
  v_third integer[] := v_choices[3]::integer[];
  v_slice catalog.search_slice;
begin
  -- As slice_search in order of popularity with a walk, for at most three lists of choices, and planned once.
  select array_agg(found.row_id), array_agg(found.hot_key::text) into v_slice.ids, v_slice.keys
  from (
    select walked.row_id, walked.hot_key
    from (
      select s.row_id, s.hot_key, s.keys from catalog.search_rows s
      where (s.hot_key, s.row_id) < (coalesce(p_after_key, 'Infinity'), coalesce(p_after_id, 0))
      order by s.hot_key desc, s.row_id desc limit p_walk_rows) walked
    where walked.keys @> v_all and (v_first is null or walked.keys && v_first)
      and (v_second is null or walked.keys && v_second) and (v_third is null or walked.keys && v_third)
      and not walked.keys && v_none and walked.row_id <> all(p_excluded)
    order by walked.hot_key desc, walked.row_id desc limit p_limit offset p_offset) found;
  if coalesce(cardinality(v_slice.ids), 0) < p_limit then
    select s.hot_key::text, s.row_id into v_slice.walked_key, v_slice.walked_id
    from catalog.search_rows s
    where (s.hot_key, s.row_id) < (coalesce(p_after_key, 'Infinity'), coalesce(p_after_id, 0))
    order by s.hot_key desc, s.row_id desc offset p_walk_rows - 1 limit 1;
  end if;
  return v_slice;
end
$$;

create function catalog.read_facet_blocks(p_base integer, p_first integer, p_count integer)
returns table (block integer, facets text)
language sql stable security definer
set search_path = ''
as $$
  -- Blocks of facets of that rebuild, in order; none when another has taken its place.
  select b.block, b.facets from catalog.search_facet_blocks b
  where exists (select from catalog.search_postings x where x.key_id = 0 and x.places[1] = p_base)
    and b.block >= p_first and b.block < p_first + least(p_count, 64)
  order by b.block
$$;

create or replace function catalog.named_candidates(p jsonb) returns integer[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_ids integer[];
begin
  -- Entries that are called what was typed, and, unless they are too many, the most popular whose names hold all words.
  select array_agg(named.row_id) into v_ids from (
    (select r.row_id from catalog.marketplace_catalog_rows r where r.handle collate "C" = p #>> '{text,handle}' limit 20)
    union (select r.row_id from catalog.marketplace_catalog_rows r
      where lower(r.display_name) collate "C" = p #>> '{text,folded}' limit 60)
    union (select r.row_id from catalog.marketplace_catalog_rows r
      where split_part(r.handle, '/', 2) collate "C" = p #>> '{text,handle}' limit 60)) named;
  if v_ids is not null then
    execute format('select array_agg(s.row_id) from catalog.search_rows s where s.row_id = any($1) and %s',
      catalog.keys_condition(p -> 'filters')) into v_ids using v_ids;
  end if;
  if (p #>> '{plan,namesAreFew}')::boolean and (p ->> 'base')::int > 0
    and (p ->> 'base')::int = (select x.places[1] from catalog.search_postings x where x.key_id = 0) then
    v_ids := v_ids || (catalog.slice_postings(catalog.match_postings(p -> 'names'), catalog.match_fresh(p -> 'names'),
      null, null, 60, 0, '{}')).ids;
  elsif (p #>> '{plan,namesAreFew}')::boolean then
    v_ids := v_ids || (catalog.slice_search(
      catalog.keys_condition(p -> 'names'), 'hot', null, null, 60, 0, '{}', 0)).ids;
  end if;
  return coalesce(v_ids, '{}');
end
$$;

drop function catalog.search_page(jsonb);
create function catalog.search_page(p jsonb, out answer jsonb, out items text, out facets text, out places text)
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
  -- Without phrases and in order of popularity: no statement has to be made up for it.
  v_is_plain boolean := p -> 'checks' = '[]' and v_sort in ('hot', 'relevance') and v_choices <= 3;
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
  v_next jsonb;
begin
  -- One page of what matches, its cards as JSON text, its total and the facets of the counted rows: as characters, and
  -- as places for a caller that knows the facets of this rebuild's places. The plan in p is made by lib/search/plan.ts.
  -- Every step is bounded; one that would begin over budget is left out and isIncomplete says so.
  if v_is_based then
    v_places := catalog.match_postings(p -> 'match');
    v_fresh := catalog.match_fresh(p -> 'match');
    if v_wants_count then
      -- Beyond 10,000 every so manyth place stands for the others, as the facets of the fresh rows do not.
      v_step := case when cardinality(v_places) <= 10000 then 1
        else 2 + cardinality(v_places) / 5000 end;
      v_count := row(cardinality(v_places) + cardinality(v_fresh.ids), v_step = 1,
        case when v_step = 1 then v_fresh.facets else '' end, 1.0 / v_step)::catalog.search_count;
      places := array_to_string(case when v_step = 1 then v_places else array(
        select v_places[i] from generate_series(1, cardinality(v_places), v_step) i) end, ',');
    end if;
  elsif not v_is_plain or not (v_plan ->> 'walkRows')::int > 0 or (v_plan ->> 'isFew')::boolean
    or (v_plan ->> 'readsHead')::boolean or v_wants_count then
    v_condition := catalog.keys_condition(p -> 'match') || catalog.checks_condition(p -> 'checks');
  end if;

  if v_sort = 'relevance' then
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
        select r.row_id, r.score, r.parts from catalog.rank_candidates(v_ids, p -> 'text', p -> 'names') r
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
      'phase', case when v_limit <= v_ranked_length then 'head' else 'tail' end);
    v_ids := v_ids[1:v_limit];
    v_is_incomplete := v_is_incomplete and v_wants_count and v_count.total is null;
  elsif v_is_incomplete and v_slice.walked_key is not null then
    v_next := jsonb_build_object('key', v_slice.walked_key, 'id', v_slice.walked_id, 'phase', 'tail');
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
    'base', coalesce(v_base, 0),
    'scores', case when (p #>> '{text,explains}')::boolean then v_parts end);
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.search_page(jsonb), catalog.read_facet_blocks(integer, integer, integer)
  to anon, authenticated, service_role;
