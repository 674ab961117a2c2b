-- Searches by places that the web server has met in its own memory: the caller hands over the most popular places of what
-- matches, this database says which rows still stand there, adds what was written since, ranks and reads the page.

create function catalog.read_postings(p_base integer, p_keys integer[]) returns table (key_id integer, places text)
language sql stable security definer
set search_path = ''
as $$
  -- The places of the rows that have each key, as of that rebuild; no rows at all when another has taken its place.
  select wanted.key_id, coalesce(array_to_string(x.places, ','), '')
  from unnest(p_keys[1:64]) wanted (key_id) left join catalog.search_postings x on x.key_id = wanted.key_id
  where wanted.key_id > 0
    and exists (select from catalog.search_postings b where b.key_id = 0 and b.places[1] = p_base)
$$;

drop function catalog.resolve_search(text[], boolean, text[], integer);
create function catalog.resolve_search(
  p_words text[], p_last_is_beginning boolean, p_facets text[], p_known_facet integer, p_base integer
) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
set pg_trgm.similarity_threshold = 0.42
as $$
declare
  v_words jsonb := '[]';
  v_word text;
  v_stem text;
  v_key text;
  v_text jsonb;
  v_name jsonb;
  v_others jsonb;
  v_kind text;
  v_facets jsonb;
  v_new_facets jsonb;
  v_rare integer[];
  v_rare_places jsonb;
begin
  -- For each word its keys in texts and in names with how many entries have them, and which other words it may stand for:
  -- the ones it begins (the last word only) or, when nobody uses it, the ones one slip away. Words without letters or
  -- digits are left out. Facets as {key: [id, count]}; newFacets are those above the id the caller knows.
  -- rarePlaces: the places of keys that few entries have, for a caller that meets postings of rebuild p_base itself.
  for i in 1 .. coalesce(cardinality(p_words), 0) loop
    v_word := left(replace(catalog.plain_words(p_words[i]), ' ', ''), 60);
    continue when v_word = '';
    v_stem := catalog.word_stem(v_word);
    v_key := left(coalesce(v_stem, v_word), 60);
    select jsonb_build_array(k.id, k.document_count) into v_text from catalog.search_keys k where k.key = 'w:' || v_key;
    select jsonb_build_array(k.id, k.document_count) into v_name from catalog.search_keys k where k.key = 'n:' || v_key;
    v_others := null;
    v_kind := null;
    if p_last_is_beginning and i = cardinality(p_words) then
      v_others := catalog.word_beginnings(v_word, v_stem);
      v_kind := 'beginning';
    end if;
    if coalesce((v_text ->> 1)::int, 0) < 3 and v_others is null and v_stem is not null then
      v_others := catalog.word_corrections(v_word, v_stem);
      v_kind := 'correction';
    end if;
    v_words := v_words || jsonb_build_object('at', i - 1, 'word', v_word, 'stem', coalesce(v_stem, v_word),
      'isStop', v_stem is null, 'text', v_text, 'name', v_name, 'others', coalesce(v_others, '[]'),
      'othersAre', case when v_others is not null then v_kind end);
  end loop;
  if p_facets <> '{}' then
    select jsonb_object_agg(k.key, jsonb_build_array(k.id, k.document_count)) into v_facets
    from catalog.search_keys k where k.key = any(p_facets);
  end if;
  select jsonb_agg(jsonb_build_array(k.id, k.key)) into v_new_facets from (
    select k.id, k.key from catalog.search_keys k
    where k.id > p_known_facet and k.id < 1114112 order by k.id limit 50000) k;
  if p_base > 0 and p_base = (select x.places[1] from catalog.search_postings x where x.key_id = 0) then
    v_rare := array(
      select (known.pair ->> 0)::integer from (
        select jsonb_path_query(v_words, 'lax $[*].text') as pair
        union all select jsonb_path_query(v_words, 'lax $[*].name')
        union all select jsonb_path_query(v_words, 'lax $[*].others[*].text')
        union all select jsonb_path_query(v_words, 'lax $[*].others[*].name')
        union all select jsonb_path_query(v_facets, 'lax $.*')) known
      where jsonb_typeof(known.pair) = 'array' and (known.pair ->> 1)::integer < 500);
    select jsonb_object_agg(rare.key_id, to_jsonb(coalesce(x.places, '{}'))) into v_rare_places
    from (select distinct unnest(v_rare) as key_id) rare
    left join catalog.search_postings x on x.key_id = rare.key_id
    where x.key_id is null or cardinality(x.places) < 2000;
  end if;
  return jsonb_build_object(
    'rowCount', (select s.row_count from catalog.search_statistics s),
    'isEmpty', not exists (select from catalog.search_rows),
    'words', v_words, 'facets', v_facets, 'newFacets', v_new_facets, 'rarePlaces', v_rare_places, 'snapshot', pg_current_snapshot()::text);
end
$$;

create or replace function catalog.named_candidates(p jsonb) returns integer[]
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
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
    select array_agg(s.row_id) into v_ids from catalog.search_rows s
    where s.row_id = any(v_ids) and s.keys @> translate(p #>> '{filters,all}', '[] ', '{}')::integer[]
      and not s.keys && translate(p #>> '{filters,none}', '[] ', '{}')::integer[];
  end if;
  if p ->> 'namePlaces' is not null and (p ->> 'base')::int
    = (select x.places[1] from catalog.search_postings x where x.key_id = 0) then
    v_ids := v_ids || (catalog.slice_postings(('{' || (p ->> 'namePlaces') || '}')::integer[],
      catalog.match_fresh(p -> 'names'), null, null, 60, 0, '{}')).ids;
  elsif (p #>> '{plan,namesAreFew}')::boolean and (p ->> 'base')::int > 0
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

create or replace function catalog.rank_candidates(p_candidates integer[], p_text jsonb, p_names jsonb)
returns table (row_id integer, score double precision, parts jsonb)
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_handle text := p_text ->> 'handle';
  v_folded text := p_text ->> 'folded';
  v_query tsquery := (p_text ->> 'tsquery')::tsquery;
  v_explains boolean := (p_text ->> 'explains')::boolean;
  v_all text := nullif(array_to_string(array(select jsonb_array_elements_text(
    case when jsonb_typeof(p_names) = 'object' then p_names -> 'all' else '[]' end)), ' & '), '');
  v_any text := (select string_agg('(' || array_to_string(array(select jsonb_array_elements_text(choice)), ' | ') || ')', ' & ')
    from jsonb_array_elements(case when jsonb_typeof(p_names) = 'object' then p_names -> 'any' else '[]' end) choice);
  v_names extensions.query_int := nullif(concat_ws(' & ', v_all, v_any), '')::extensions.query_int;
begin
  -- How well each candidate answers the query. The exact handle outweighs everything, then the exact name, then names
  -- that hold all words or begin so; among the rest text rank, popularity and freshness decide together.
  return query
    select ranked.row_id, exact + name + beginning + text + popularity + freshness,
      case when v_explains then jsonb_build_object('exact', exact, 'name', name, 'beginning', beginning, 'text', text,
        'popularity', popularity, 'freshness', freshness) end
    from (
      select s.row_id,
        case when r.handle = v_handle then 1000.0::float8 when lower(r.display_name) = v_folded then 500
          when split_part(r.handle, '/', 2) = v_handle then 400 else 0 end as exact,
        case when s.keys operator(extensions.@@) v_names
          then 40 + 90.0::float8 / (3 + char_length(r.display_name)) else 0 end as name,
        case when starts_with(lower(r.display_name), v_folded) then 15.0::float8 else 0 end as beginning,
        30 * ts_rank(r.search, v_query)::float8 as text,
        3 * ln(1 + greatest(r.hot_score, 0)) as popularity,
        2 * exp(-greatest(0, current_date - r.updated_at::date) / 180.0::float8) as freshness
      from unnest(p_candidates) candidate (row_id)
      join catalog.search_rows s on s.row_id = candidate.row_id
      join catalog.marketplace_catalog_rows r on r.row_id = candidate.row_id
      offset 0
    ) ranked;
end
$$;

create or replace function catalog.search_page(p jsonb, out answer jsonb, out items text, out facets text, out places text)
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
  v_next jsonb;
begin
  -- One page of what matches, its cards as JSON text, its total and the facets of the counted rows: as characters, and
  -- as places for a caller that knows the facets of this rebuild's places. The plan in p is made by lib/search/plan.ts.
  -- Where the places were given, total and facets are those of the rows written since, and places those to leave out.
  -- Every step is bounded; one that would begin over budget is left out and isIncomplete says so.
  -- Places that the caller has met: good for this rebuild, without those whose rows were written since. If these leave too
  -- few of them, or are many, the search is made here.
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
  v_is_based := v_is_based or v_given is not null;
  if v_given is not null then
    v_fresh := catalog.match_fresh(p -> 'match');
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
    'base', coalesce(v_base, 0), 'isGiven', v_given is not null,
    'scores', case when (p #>> '{text,explains}')::boolean then v_parts end);
end
$$;

-- Stores and registries are filters, but never counted: their characters were most of what counting read.
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
        coalesce(string_agg(chr(known.id), '') filter (where known.id < 1114112 and left(known.key, 2) not in ('s:', 'r:')), '') as facets
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

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.resolve_search(text[], boolean, text[], integer, integer), catalog.search_page(jsonb),
  catalog.read_postings(integer, integer[]) to anon, authenticated, service_role;
