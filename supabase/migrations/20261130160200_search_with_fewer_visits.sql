-- A search visits each row that it ranks once, counts by what its caller holds in every order, and goes on from what its
-- caller remembers of words.

drop function catalog.rank_candidates(integer[], jsonb, jsonb);
create function catalog.rank_candidates(p_candidates integer[], p_text jsonb)
returns table (row_id integer, score double precision, parts jsonb)
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_handle text := p_text ->> 'handle';
  v_folded text := p_text ->> 'folded';
  v_query tsquery := (p_text ->> 'tsquery')::tsquery;
  v_names tsquery := nullif(p_text ->> 'nameQuery', '')::tsquery;
  v_explains boolean := (p_text ->> 'explains')::boolean;
begin
  -- How well each candidate answers the query. The exact handle outweighs everything, then the exact name, then names
  -- that hold all words or begin so; among the rest text rank, popularity and freshness decide together. One visit a row.
  return query
    select ranked.row_id, exact + name + beginning + text + popularity + freshness,
      case when v_explains then jsonb_build_object('exact', exact, 'name', name, 'beginning', beginning, 'text', text,
        'popularity', popularity, 'freshness', freshness) end
    from (
      select r.row_id,
        case when r.handle = v_handle then 1000.0::float8 when r.folded = v_folded then 500
          when split_part(r.handle, '/', 2) = v_handle then 400 else 0 end as exact,
        case when r.search @@ v_names then 40 + 90.0::float8 / (3 + char_length(r.folded)) else 0 end as name,
        case when starts_with(r.folded, v_folded) then 15.0::float8 else 0 end as beginning,
        30 * ts_rank(r.search, v_query)::float8 as text,
        3 * ln(1 + greatest(r.hot_score, 0)) as popularity,
        2 * exp(-greatest(0, current_date - r.updated_at::date) / 180.0::float8) as freshness
      from (
        select listed.row_id, listed.handle, lower(listed.display_name) as folded, listed.search, listed.hot_score,
          listed.updated_at
        from unnest(p_candidates) candidate (row_id)
        join catalog.marketplace_catalog_rows listed on listed.row_id = candidate.row_id
        offset 0
      ) r
      offset 0
    ) ranked;
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
  v_is_based := v_is_based or (v_given is not null and v_is_popular);
  if v_given is not null then
    if v_is_popular or v_wants_count then
      v_fresh := catalog.match_fresh(p -> 'match');
    end if;
    if v_wants_count then
      v_count := row(cardinality(v_fresh.ids), true, v_fresh.facets, 1.0)::catalog.search_count;
      places := array_to_string(v_stale, ',');
    end if;
  elsif v_is_based then
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

create or replace function catalog.search_page(p jsonb, out answer jsonb, out items text, out facets text, out places text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- One page of what matches. A caller that remembers what words mean says since when (asked.since, a snapshot for each time
  -- it was told): when what is listed has changed, the answer is what they mean now, under 'resolution', and no page.
  if jsonb_typeof(p #> '{asked,since}') = 'array' and exists (
    select from jsonb_array_elements_text(p #> '{asked,since}') since where catalog.has_listing_changed(since)) then
    answer := jsonb_build_object('resolution', catalog.resolve_search(
      array(select jsonb_array_elements_text(p #> '{asked,words}')), (p #>> '{asked,lastIsBeginning}')::boolean,
      array(select jsonb_array_elements_text(p #> '{asked,facets}')), (p #>> '{asked,knownFacet}')::int,
      (p #>> '{asked,base}')::int));
    return;
  end if;
  -- The caller's statement_timeout is the budget: when it is used up, what a short walk finds.
  begin
    select f.answer, f.items, f.facets, f.places into answer, items, facets, places from catalog.find_page(p) f;
  exception
    when query_canceled then
      select f.answer, f.items, f.facets, f.places into answer, items, facets, places from catalog.find_page_hastily(p) f;
  end;
end
$$;

create function catalog.common_search_keys(p_least integer, p_limit integer) returns integer[]
language sql stable security definer
set search_path = ''
as $$
  -- The keys of words and filters that at least so many entries have, the commonest first.
  select coalesce(array_agg(k.id order by k.document_count desc), '{}')
  from (
    select known.id, known.document_count from catalog.search_keys known
    where known.document_count >= greatest(p_least, 100) order by known.document_count desc limit least(p_limit, 50000)) k
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.common_search_keys(integer, integer) to anon, authenticated, service_role;
revoke execute on function catalog.rank_candidates(integer[], jsonb) from anon, authenticated, service_role;
