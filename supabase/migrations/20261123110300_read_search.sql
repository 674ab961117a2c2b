-- Reading the search rows: what the words of a query mean, and one page of what matches. Two statements a request.

create function catalog.resolve_search(p_words text[], p_last_is_beginning boolean, p_facets text[], p_known_facet integer)
returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_custom_plan set pg_trgm.similarity_threshold = 0.42
as $$
declare
  v_words jsonb := '[]';
  v_word text;
  v_stem text;
  v_found jsonb;
  v_others jsonb;
  v_kind text;
begin
  -- For each word its keys in texts and in names with how many entries have them, and which other words it may stand for:
  -- the ones it begins (the last word only) or, when nobody uses it, the ones one slip away. Words without letters or
  -- digits are left out. Facets as {key: [id, count]}; newFacets are those above the id the caller knows.
  for i in 1 .. coalesce(cardinality(p_words), 0) loop
    v_word := replace(catalog.plain_words(p_words[i]), ' ', '');
    continue when v_word = '';
    v_word := left(v_word, 60);
    v_stem := catalog.word_stem(v_word);
    select jsonb_build_object('at', i - 1, 'word', v_word, 'stem', coalesce(v_stem, v_word), 'isStop', v_stem is null,
        'text', (select jsonb_build_array(k.id, k.document_count) from catalog.search_keys k
          where k.key = 'w:' || left(coalesce(v_stem, v_word), 60)),
        'name', (select jsonb_build_array(k.id, k.document_count) from catalog.search_keys k
          where k.key = 'n:' || left(coalesce(v_stem, v_word), 60)))
      into v_found;
    v_others := null;
    v_kind := null;
    if p_last_is_beginning and i = cardinality(p_words) then
      v_others := catalog.word_beginnings(v_word, v_stem);
      v_kind := 'beginning';
    end if;
    if coalesce((v_found #>> '{text,1}')::int, 0) < 3 and v_others is null and v_stem is not null then
      v_others := catalog.word_corrections(v_word, v_stem);
      v_kind := 'correction';
    end if;
    v_words := v_words || (v_found || jsonb_build_object('others', coalesce(v_others, '[]'),
      'othersAre', case when v_others is not null then v_kind end));
  end loop;
  return jsonb_build_object(
    'rowCount', (select s.row_count from catalog.search_statistics s),
    'isEmpty', not exists (select from catalog.search_rows),
    'words', v_words,
    'facets', (select jsonb_object_agg(k.key, jsonb_build_array(k.id, k.document_count))
      from catalog.search_keys k where k.key = any(p_facets)),
    'newFacets', (select jsonb_agg(jsonb_build_array(k.id, k.key)) from (
      select k.id, k.key from catalog.search_keys k
      where k.id > p_known_facet and k.id < 1114112 order by k.id limit 50000) k));
end
$$;

create function catalog.word_beginnings(p_word text, p_stem text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  -- The commonest terms that begin so, as [{word, text: [id, count], name: [id, count]}], one a stem; null when none.
  return (
    select jsonb_agg(jsonb_build_object('word', best.term, 'stem', best.stem, 'text', best.text_key, 'name', best.name_key)
      order by best.document_count desc)
    from (
      select distinct on (t.stem) t.term, t.stem, t.document_count, text_key, name_key
      from (
        select t.term, t.stem, t.document_count from catalog.search_terms t
        where t.term >= p_word and t.term < p_word || U&'\+10FFFF' and t.stem is distinct from p_stem
          and (t.is_common or char_length(p_word) > 2)
        order by t.document_count desc limit 16) t
      cross join lateral (select jsonb_build_array(k.id, k.document_count) as text_key from catalog.search_keys k
        where k.key = 'w:' || t.stem) in_text
      left join lateral (select jsonb_build_array(k.id, k.document_count) as name_key from catalog.search_keys k
        where k.key = 'n:' || t.stem) in_name on true
      order by t.stem, t.document_count desc
    ) best);
end
$$;

create function catalog.word_corrections(p_word text, p_stem text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  -- Terms one slip away, else terms that look alike, the likeliest first; null when none.
  return (
    with near as (
      select t.term, t.stem, t.document_count, 1 as distance, extensions.similarity(t.term, p_word) as likeness
      from catalog.search_terms t
      where char_length(p_word) >= 4 and t.deletions && catalog.word_deletions(p_word) and t.stem is distinct from p_stem
      order by t.document_count desc limit 20
    ), alike as (
      select t.term, t.stem, t.document_count, 2, extensions.similarity(t.term, p_word)
      from catalog.search_terms t
      where char_length(p_word) >= 6 and not exists (select from near)
        and t.term operator(extensions.%) p_word and t.stem is distinct from p_stem
      order by 5 desc limit 20
    )
    select jsonb_agg(jsonb_build_object('word', best.term, 'stem', best.stem, 'text', best.text_key, 'name', best.name_key)
      order by best.fitness desc)
    from (
      select distinct on (c.stem) c.term, c.stem, text_key, name_key, c.likeness * 4 + ln(1 + c.document_count) as fitness
      from (select * from near union all select * from alike) c
      cross join lateral (select jsonb_build_array(k.id, k.document_count) as text_key from catalog.search_keys k
        where k.key = 'w:' || c.stem) in_text
      left join lateral (select jsonb_build_array(k.id, k.document_count) as name_key from catalog.search_keys k
        where k.key = 'n:' || c.stem) in_name on true
      order by c.stem, fitness desc
    ) best);
end
$$;

create function catalog.keys_condition(p_keys jsonb) returns text
language sql immutable
set search_path = ''
as $$
  -- {all, any, none} as SQL over search rows s: every key of all, one key of each list in any, no key of none.
  select coalesce(string_agg(condition, ' and '), 'true') from (
    select format('s.keys @> %L::int[]', translate(p_keys ->> 'all', '[] ', '{}')) as condition
    where jsonb_array_length(p_keys -> 'all') > 0
    union all
    select format('s.keys && %L::int[]', translate(choice::text, '[] ', '{}')) from jsonb_array_elements(p_keys -> 'any') choice
    union all
    select format('not s.keys && %L::int[]', translate(p_keys ->> 'none', '[] ', '{}'))
    where jsonb_array_length(p_keys -> 'none') > 0) conditions
$$;

create type catalog.search_slice as (ids integer[], keys text[], walked_key text, walked_id integer);

create function catalog.slice_search(
  p_condition text, p_sort text, p_after_key text, p_after_id integer, p_limit integer, p_offset integer,
  p_excluded integer[], p_walk_rows integer
) returns catalog.search_slice
language plpgsql stable
set search_path = '' set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_slice catalog.search_slice;
  v_key text := case p_sort when 'new' then 's.created_at' when 'rating' then 's.rating_average'
    when 'price' then 's.price_amount' when 'name' then 'lower(r.display_name) collate "C"'
    when 'handle' then 'r.handle collate "C"' else 's.hot_key' end;
  v_type text := case p_sort when 'new' then 'timestamptz' when 'rating' then 'real' when 'price' then 'bigint'
    when 'name' then 'text' when 'handle' then 'text' else 'float8' end;
  v_is_wide boolean := p_sort in ('name', 'handle');
  v_descends boolean := p_sort not in ('name', 'handle', 'price');
  v_direction text := case when v_descends then 'desc' else 'asc' end;
  v_after text := 'true';
  v_source text;
begin
  -- A stretch of the matching rows in an order, after a position. p_walk_rows = 0 finds the matches by their keys and
  -- sorts them; otherwise it walks at most so many rows of the order and tests each, and walked_key and walked_id say
  -- where that ended if it ended before the stretch was full.
  if p_after_key is not null then
    v_after := format('(%s, %s.row_id) %s (%L::%s, %s)', v_key, case when v_is_wide then 'r' else 's' end,
      case when v_descends then '<' else '>' end, p_after_key, v_type, p_after_id);
  end if;
  if p_walk_rows = 0 then
    v_source := format($sql$
      matches as materialized (select s.row_id, s.hot_key, s.created_at, s.rating_average, s.price_amount
        from catalog.search_rows s where %s),
      found as (select s.row_id, %s as key from matches s %s where %s and s.row_id <> all($1)
        order by 2 %s, 1 %s limit $2 offset $3) $sql$,
      p_condition, v_key,
      case when v_is_wide then 'join catalog.marketplace_catalog_rows r on r.row_id = s.row_id' else '' end,
      v_after, v_direction, v_direction);
  elsif v_is_wide then
    v_source := format($sql$
      found as (select s.row_id, w.key from (
          select r.row_id, %1$s as key from catalog.marketplace_catalog_rows r where %2$s
          order by %1$s %3$s, r.row_id %3$s limit %4$s) w
        join catalog.search_rows s on s.row_id = w.row_id
        where %5$s and s.row_id <> all($1) order by w.key %3$s, w.row_id %3$s limit $2 offset $3) $sql$,
      v_key, v_after, v_direction, p_walk_rows, p_condition);
  else
    v_source := format($sql$
      found as (select s.row_id, s.key from (
          select s.row_id, s.keys, %1$s as key from catalog.search_rows s where %2$s
          order by %1$s %3$s, s.row_id %3$s limit %4$s) s
        where %5$s and s.row_id <> all($1) order by s.key %3$s, s.row_id %3$s limit $2 offset $3) $sql$,
      v_key, v_after, v_direction, p_walk_rows, p_condition);
  end if;
  execute format('with %s select array_agg(row_id order by key %2$s, row_id %2$s), array_agg(key::text order by key %2$s, row_id %2$s) from found',
    v_source, v_direction) into v_slice.ids, v_slice.keys using coalesce(p_excluded, '{}'), p_limit, p_offset;
  if p_walk_rows > 0 and coalesce(cardinality(v_slice.ids), 0) < p_limit then
    execute format('select %1$s::text, %2$s.row_id from catalog.%3$I %2$s where %4$s order by %1$s %5$s, %2$s.row_id %5$s offset $1 limit 1',
      v_key, case when v_is_wide then 'r' else 's' end,
      case when v_is_wide then 'marketplace_catalog_rows' else 'search_rows' end, v_after, v_direction)
      into v_slice.walked_key, v_slice.walked_id using p_walk_rows - 1;
  end if;
  return v_slice;
end
$$;

create type catalog.search_count as (total integer, is_exact boolean, facets text, share double precision);

create function catalog.count_search(p_condition text, p_plan jsonb) returns catalog.search_count
language plpgsql stable
set search_path = '' set enable_seqscan = off set max_parallel_workers_per_gather = 0
as $$
declare
  v_count catalog.search_count;
  v_expected double precision := (p_plan ->> 'expected')::float8;
  v_least double precision := (p_plan ->> 'least')::float8;
  v_buckets integer;
begin
  -- Total and facets of what matches: exact up to 10,000 matches. Beyond, both come from a sample of the rows, of which
  -- share says how much of all it is.
  if not (p_plan ->> 'isFew')::boolean and p_condition = 'true' then
    select s.row_count, s.row_count <= 10000 into v_count.total, v_count.is_exact from catalog.search_statistics s;
    return v_count;
  end if;
  if not (p_plan ->> 'isFew')::boolean then
    v_buckets := case when v_expected > 300000 then 1 when v_expected > 75000 then 4 else 16 end;
    execute format('select count(*)::int, coalesce(string_agg(s.facets, ''''), '''') from catalog.search_rows s where s.sample < %s and %s',
      v_buckets, p_condition) into v_count.total, v_count.facets;
    v_count.share := v_buckets / 1024.0;
    if v_count.total / v_count.share > 9000 or v_least > 90000 then
      v_count.total := greatest(round(v_count.total / v_count.share), least(10001, round(v_expected)));
      v_count.is_exact := false;
      return v_count;
    end if;
  end if;
  execute format('select count(*)::int, coalesce(string_agg(s.facets, ''''), '''') from (
      select s.facets from catalog.search_rows s where %s limit 10001) s', p_condition)
    into v_count.total, v_count.facets;
  v_count.is_exact := v_count.total <= 10000;
  v_count.share := case when v_count.is_exact then 1 else least(1, 10001 / greatest(v_expected, 10001)) end;
  v_count.total := case when v_count.is_exact then v_count.total else greatest(10001, round(v_expected)) end;
  return v_count;
end
$$;

create function catalog.rank_candidates(p_candidates integer[], p_text jsonb, p_names jsonb)
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
  v_names integer[] := translate(p_names ->> 'all', '[] ', '{}')::integer[];
  v_choices text[] := array(select translate(choice::text, '[] ', '{}')
    from jsonb_array_elements(case when jsonb_typeof(p_names) = 'object' then p_names -> 'any' else '[]' end) choice);
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
        case when s.keys @> v_names and (v_choices = '{}'
            or not exists (select from unnest(v_choices) choice where not s.keys && choice::integer[]))
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

create function catalog.checks_condition(p_checks jsonb) returns text
language sql stable
set search_path = ''
as $$
  -- Operands whose words must (or must not) stand together, as SQL over search rows s: [{isExcluded, operands: [{words, isPhrase}]}].
  select coalesce(string_agg(format(
    ' and %s exists (select from catalog.marketplace_catalog_rows w where w.row_id = s.row_id and w.search @@ %L::tsquery)',
    case when (checked ->> 'isExcluded')::boolean then 'not' else '' end, (
      select string_agg('(' || piece || ')', ' | ')
      from jsonb_array_elements(checked -> 'operands') operand
      cross join lateral (select array_to_string(array(select jsonb_array_elements_text(operand -> 'words')), ' ') as words) written
      cross join lateral (select case when (operand ->> 'isPhrase')::boolean
        then phraseto_tsquery('pg_catalog.english', catalog.plain_words(written.words))
        else plainto_tsquery('pg_catalog.english', catalog.plain_words(written.words)) end::text as piece) query
      where piece <> '')), ''), '')
  from jsonb_array_elements(p_checks) checked
$$;

create function catalog.named_candidates(p jsonb) returns integer[]
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
  if (p #>> '{plan,namesAreFew}')::boolean then
    v_ids := v_ids || (catalog.slice_search(
      catalog.keys_condition(p -> 'names'), 'hot', null, null, 60, 0, '{}', 0)).ids;
  end if;
  return coalesce(v_ids, '{}');
end
$$;

create function catalog.search_page(p jsonb, out answer jsonb, out items text, out facets text)
language plpgsql stable security definer
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_condition text := catalog.keys_condition(p -> 'match');
  v_plan jsonb := p -> 'plan';
  v_sort text := p ->> 'sort';
  v_limit integer := (p ->> 'limit')::int;
  v_offset integer := (p ->> 'offset')::int;
  v_wants_count boolean := (p ->> 'wantsCount')::boolean;
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
  -- One page of what matches, its cards as JSON text, its total and the facets of the counted rows as characters. The plan in p is made
  -- by lib/search/plan.ts. Every step is bounded; one that would begin over budget is left out and isIncomplete says so.
  v_condition := v_condition || catalog.checks_condition(p -> 'checks');

  if v_sort = 'relevance' then
    v_named := catalog.named_candidates(p);
    if coalesce(p #>> '{after,phase}', 'head') = 'head' then
      select h.ids, h.floor_key, h.floor_id, h.has_tail, h.total, h.facets
        into v_ids, v_floor_key, v_floor_id, v_has_tail, v_count.total, v_count.facets
      from catalog.search_head(v_condition, v_plan, v_wants_count) h;
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
    v_slice := catalog.slice_search(v_condition, v_sort, v_floor_key, v_floor_id, v_limit + 1 - v_ranked_length,
      greatest(0, v_offset - v_head_length), v_named, (v_plan ->> 'walkRows')::int);
    v_ids := v_ids || v_slice.ids;
    v_keys := v_keys || v_slice.keys;
    v_is_incomplete := v_slice.walked_key is not null;
  end if;

  if v_wants_count and v_count.total is not null then
    v_count.is_exact := v_count.total <= 10000;
    v_count.share := 1;
  elsif v_wants_count and clock_timestamp() < v_started_at + make_interval(secs => (p ->> 'budgetMs')::float8 / 1000) then
    v_count := catalog.count_search(v_condition, v_plan);
  elsif v_wants_count then
    v_is_incomplete := true;
  end if;

  if cardinality(v_ids) > v_limit then
    v_next := jsonb_build_object('key', v_keys[v_limit], 'id', v_ids[v_limit],
      'phase', case when v_limit <= v_ranked_length then 'head' else 'tail' end);
    v_ids := v_ids[1:v_limit];
    v_is_incomplete := false;
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
    'scores', case when (p #>> '{text,explains}')::boolean then v_parts end);
end
$$;

create function catalog.search_head(
  p_condition text, p_plan jsonb, p_wants_count boolean,
  out ids integer[], out floor_key text, out floor_id integer, out has_tail boolean, out total integer, out facets text
)
language plpgsql stable
set search_path = '' set enable_seqscan = off set max_parallel_workers_per_gather = 0
as $$
declare
  v_slice catalog.search_slice;
  v_candidates integer := (p_plan ->> 'candidates')::int;
  v_matches integer;
begin
  -- The most popular matches, which are worth ranking by how well they match, and the position in the order of popularity
  -- below which the others follow. Few matches are read whole, so their count and facets come along.
  if (p_plan ->> 'isFew')::boolean then
    execute format($sql$
      with matches as materialized (
        select s.row_id, s.hot_key, s.facets from catalog.search_rows s where %s limit 10001
      ), best as (select row_id, hot_key from matches order by hot_key desc, row_id desc limit $1)
      select (select count(*) from matches), (select string_agg(m.facets, '') from matches m where $2),
        array_agg(row_id order by hot_key desc, row_id desc), array_agg(hot_key::text order by hot_key desc, row_id desc)
      from best $sql$, p_condition) into v_matches, facets, v_slice.ids, v_slice.keys using v_candidates, p_wants_count;
    has_tail := v_matches > v_candidates;
    total := case when p_wants_count and v_matches <= 10000 then v_matches end;
  elsif (p_plan ->> 'readsHead')::boolean then
    v_slice := catalog.slice_search(p_condition || ' and s.is_head', 'hot', null, null, v_candidates, 0, '{}', 0);
    if coalesce(cardinality(v_slice.ids), 0) < v_candidates then
      select s.head_floor::text, 0 into v_slice.walked_key, v_slice.walked_id from catalog.search_statistics s;
    end if;
  else
    v_slice := catalog.slice_search(p_condition, 'hot', null, null, v_candidates, 0, '{}', (p_plan ->> 'walkRows')::int);
  end if;
  ids := coalesce(v_slice.ids, '{}');
  floor_key := coalesce(v_slice.walked_key, v_slice.keys[cardinality(v_slice.keys)]);
  floor_id := coalesce(v_slice.walked_id, v_slice.ids[cardinality(v_slice.ids)]);
  has_tail := coalesce(has_tail, v_slice.walked_key is not null or cardinality(ids) = v_candidates);
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.resolve_search(text[], boolean, text[], integer), catalog.search_page(jsonb)
  to anon, authenticated, service_role;
