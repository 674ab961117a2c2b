-- A search that would take longer than its budget answers with what a short walk finds, and says so.

alter function catalog.search_page(jsonb) rename to find_page;

create function catalog.find_page_hastily(p jsonb, out answer jsonb, out items text, out facets text, out places text)
language plpgsql stable security definer
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set max_parallel_workers_per_gather = 0
-- Nothing limits what comes after a statement was stopped.
set lock_timeout = '300ms'
as $$
declare
  c_walk_rows constant integer := 1000;
  v_limit integer := (p ->> 'limit')::int;
  v_after jsonb := p -> 'after';
  v_is_ranked boolean := coalesce(v_after ->> 'phase' = 'head', false);
  v_slice catalog.search_slice;
  v_ids integer[];
begin
  -- The next thousand rows in the order asked for, in that of popularity instead of relevance, tested one by one. What
  -- matches among them, and where to go on; neither total nor facets. After ranked rows: nothing, from the same position.
  if not v_is_ranked then
    v_slice := catalog.slice_search(
      catalog.keys_condition(p -> 'match') || catalog.checks_condition(p -> 'checks'),
      case when p ->> 'sort' = 'relevance' then 'hot' else p ->> 'sort' end, v_after ->> 'key', (v_after ->> 'id')::int,
      v_limit, case when v_after = 'null' then (p ->> 'offset')::int else 0 end, '{}', c_walk_rows);
  end if;
  v_ids := coalesce(v_slice.ids, '{}');
  select '[' || coalesce(string_agg(r.entry::text, ',' order by wanted.place), '') || ']' into items
  from unnest(v_ids) with ordinality wanted (row_id, place)
  join catalog.marketplace_catalog_rows r on r.row_id = wanted.row_id;
  facets := '';
  answer := jsonb_build_object(
    'next', case
      when v_is_ranked then v_after
      when cardinality(v_ids) = v_limit then
        jsonb_build_object('key', v_slice.keys[v_limit], 'id', v_ids[v_limit], 'phase', 'walk')
      when v_slice.walked_key is not null then
        jsonb_build_object('key', v_slice.walked_key, 'id', v_slice.walked_id, 'phase', 'walk') end,
    'total', null, 'totalIsExact', false, 'share', null, 'allFacets', null, 'isIncomplete', true, 'base', 0,
    'isGiven', false, 'scores', null);
end
$$;

create function catalog.search_page(p jsonb, out answer jsonb, out items text, out facets text, out places text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- One page of what matches. The caller's statement_timeout is the budget: when it is used up, what a short walk finds.
  select f.answer, f.items, f.facets, f.places into answer, items, facets, places from catalog.find_page(p) f;
exception
  when query_canceled then
    select f.answer, f.items, f.facets, f.places into answer, items, facets, places from catalog.find_page_hastily(p) f;
end
$$;

create or replace function catalog.resolve_search(
  p_words text[], p_last_is_beginning boolean, p_facets text[], p_known_facet integer, p_base integer
) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
set pg_trgm.similarity_threshold = 0.42
as $$
declare
  -- Looking for what was meant costs milliseconds a word.
  c_corrected_max constant integer := 3;
  v_words jsonb := '[]';
  v_word text;
  v_stem text;
  v_key text;
  v_text jsonb;
  v_name jsonb;
  v_others jsonb;
  v_kind text;
  v_corrected integer := 0;
  v_facets jsonb;
  v_new_facets jsonb;
  v_rare integer[];
  v_rare_places jsonb;
begin
  -- For each word its keys in texts and in names with how many entries have them, and which other words it may stand for:
  -- the ones it begins (the last word only) or, when no entry has it, the ones one slip away. Words without letters or
  -- digits are left out. Facets as {key: [id, count]}; newFacets are those above the id the caller knows.
  -- rarePlaces: the places of keys that few entries have, with commas between, for a caller that meets postings of
  -- rebuild p_base itself.
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
    if coalesce((v_text ->> 1)::int, 0) = 0 and v_others is null and v_stem is not null and v_corrected < c_corrected_max then
      v_others := catalog.word_corrections(v_word, v_stem);
      v_kind := 'correction';
      v_corrected := v_corrected + 1;
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
    select jsonb_object_agg(rare.key_id, array_to_string(coalesce(x.places, '{}'), ',')) into v_rare_places
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

revoke execute on all functions in schema catalog from public;
revoke execute on function catalog.find_page(jsonb) from anon, authenticated, service_role;
grant execute on function catalog.search_page(jsonb) to anon, authenticated, service_role;
