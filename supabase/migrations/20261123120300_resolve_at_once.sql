-- What words mean, asked by statements that are planned once a session: planning them anew took longer than running them.

-- The commonest terms with the same three first letters, most first.
create index search_terms_by_beginning on catalog.search_terms (left(term, 3) collate "C", document_count desc);

create or replace function catalog.word_beginnings(p_word text, p_stem text) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  v_terms text[];
  v_end text := p_word || U&'\+10FFFF';
begin
  -- The commonest terms that begin so, as [{word, text: [id, count], name: [id, count]}], one a stem; null when none.
  if char_length(p_word) <= 2 then
    v_terms := array(
      select t.term from catalog.search_terms t
      where t.is_common and t.term >= p_word and t.term < v_end order by t.document_count desc limit 16);
  elsif char_length(p_word) = 3 then
    v_terms := array(
      select t.term from catalog.search_terms t
      where left(t.term, 3) collate "C" = p_word order by t.document_count desc limit 16);
  else
    v_terms := array(
      select t.term from catalog.search_terms t
      where t.term >= p_word and t.term < v_end order by t.document_count desc limit 16);
  end if;
  return catalog.word_meanings(v_terms, p_stem);
end
$$;

create function catalog.word_meanings(p_terms text[], p_stem text) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  -- The terms but those of the stem, in the order given, one a stem, with their keys; null when none stands in a text.
  return (
    select jsonb_agg(jsonb_build_object('word', best.term, 'stem', best.stem, 'text', best.text_key, 'name', best.name_key)
      order by best.place)
    from (
      select distinct on (t.stem) t.term, t.stem, asked.place, jsonb_build_array(in_text.id, in_text.document_count) as text_key,
        case when in_name.id is not null then jsonb_build_array(in_name.id, in_name.document_count) end as name_key
      from unnest(p_terms) with ordinality asked (term, place)
      join catalog.search_terms t on t.term = asked.term
      join catalog.search_keys in_text on in_text.key = 'w:' || t.stem
      left join catalog.search_keys in_name on in_name.key = 'n:' || t.stem
      where t.stem is distinct from p_stem
      order by t.stem, asked.place
    ) best);
end
$$;

create or replace function catalog.word_corrections(p_word text, p_stem text) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  v_terms text[];
  v_deletions text[] := catalog.word_deletions(p_word);
begin
  -- Terms one slip away, else terms that look alike, the likeliest first; null when none.
  if char_length(p_word) >= 4 then
    v_terms := array(
      select near.term from (
        select t.term, t.document_count from catalog.search_terms t
        where t.deletions && v_deletions and t.stem is distinct from p_stem
        order by t.document_count desc limit 20) near
      order by extensions.similarity(near.term, p_word) * 4 + ln(1 + near.document_count) desc);
  end if;
  if char_length(p_word) >= 6 and coalesce(cardinality(v_terms), 0) = 0 then
    v_terms := array(
      select alike.term from (
        select t.term, t.document_count, extensions.similarity(t.term, p_word) as likeness from catalog.search_terms t
        where t.term operator(extensions.%) p_word and t.stem is distinct from p_stem
        order by 3 desc limit 20) alike
      order by alike.likeness * 4 + ln(1 + alike.document_count) desc);
  end if;
  return catalog.word_meanings(v_terms, p_stem);
end
$$;

create or replace function catalog.resolve_search(
  p_words text[], p_last_is_beginning boolean, p_facets text[], p_known_facet integer
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
begin
  -- For each word its keys in texts and in names with how many entries have them, and which other words it may stand for:
  -- the ones it begins (the last word only) or, when nobody uses it, the ones one slip away. Words without letters or
  -- digits are left out. Facets as {key: [id, count]}; newFacets are those above the id the caller knows.
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
  return jsonb_build_object(
    'rowCount', (select s.row_count from catalog.search_statistics s),
    'isEmpty', not exists (select from catalog.search_rows),
    'words', v_words, 'facets', v_facets, 'newFacets', v_new_facets, 'snapshot', pg_current_snapshot()::text);
end
$$;

create function catalog.has_listing_changed(p_snapshot text) returns boolean
language sql stable security definer
set search_path = ''
as $$
  -- Whether a transaction that this snapshot does not see has changed what is listed. Marks are kept for an hour.
  select exists (
    select from catalog.search_change_marks m
    where m.transaction_id >= pg_snapshot_xmin(p_snapshot::pg_snapshot)
      and not pg_visible_in_snapshot(m.transaction_id, p_snapshot::pg_snapshot))
$$;

-- Tags by the first two letters of their values and of their keys, most used first.
create index search_keys_tags_by_value on catalog.search_keys (left(split_part(key, ':', 3), 2) collate "C", document_count desc)
  where key like 't:%';
create index search_keys_tags_by_key on catalog.search_keys (substr(key, 3, 2) collate "C", document_count desc)
  where key like 't:%';

create or replace function catalog.suggest_beginnings(p_text text) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_sort = on
as $$
declare
  c_end constant text := U&'\+10FFFF';
  v_text text := lower(btrim(p_text));
  v_queries jsonb;
  v_tags jsonb;
  v_handles jsonb;
begin
  -- Popular searches, tags and handles that begin so, at most eight each. A tag is found by its key, its value or key:value.
  if v_text = '' then
    return jsonb_build_object('queries', '[]'::jsonb, 'tags', '[]'::jsonb, 'handles', '[]'::jsonb);
  end if;
  select jsonb_agg(found.query) into v_queries from (
    select q.query from catalog.popular_searches q
    where q.query collate "C" >= v_text and q.query collate "C" < v_text || c_end
    order by q.search_count desc, q.query limit 8) found;
  if char_length(v_text) = 1 then
    -- One letter begins many: the commonest come early.
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      select k.key, k.document_count from (
        select k.key, k.document_count from catalog.search_keys k where k.key like 't:%'
        order by k.document_count desc limit 3000) k
      where starts_with(k.key, 't:' || v_text) or starts_with(split_part(k.key, ':', 3), v_text) limit 8) found;
  elsif char_length(v_text) = 2 then
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and substr(k.key, 3, 2) collate "C" = v_text order by k.document_count desc limit 8)
      union
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and left(split_part(k.key, ':', 3), 2) collate "C" = v_text
        order by k.document_count desc limit 8)
      order by 2 desc limit 8) found;
  else
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and substr(k.key, 3, 2) collate "C" = left(v_text, 2) and starts_with(k.key, 't:' || v_text)
        order by k.document_count desc limit 8)
      union
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and left(split_part(k.key, ':', 3), 2) collate "C" = left(v_text, 2)
          and starts_with(split_part(k.key, ':', 3), v_text)
        order by k.document_count desc limit 8)
      order by 2 desc limit 8) found;
  end if;
  if strpos(v_text, '/') > 1 then
    select jsonb_agg(found.entry) into v_handles from (
      select r.entry from catalog.marketplace_catalog_rows r
      where r.handle collate "C" >= v_text and r.handle collate "C" < v_text || c_end
      order by r.handle collate "C", r.row_id limit 8) found;
  end if;
  return jsonb_build_object('queries', coalesce(v_queries, '[]'), 'tags', coalesce(v_tags, '[]'),
    'handles', coalesce(v_handles, '[]'));
end
$$;
create or replace function catalog.refresh_search_statistics(p_table text default 'search_rows') returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_rows integer;
  v_share integer;
begin
  perform catalog.require_operator();
  delete from catalog.search_change_marks where marked_at < now() - interval '1 hour';
  -- Exact up to 200,000 rows; beyond that common keys are counted in a sixteenth of them. Rare ones stay as they are.
  execute format('select count(*) from catalog.%I', p_table) into v_rows;
  v_share := case when v_rows <= 200000 then 1 else 16 end;
  execute format($sql$
    update catalog.search_keys k set document_count = counted.uses
    from (
      select key_id, (count(*) * $1)::int as uses from catalog.%I s, unnest(s.keys) key_id
      where s.row_id %% $1 = 0 group by key_id
    ) counted
    where k.id = counted.key_id and k.document_count <> counted.uses $sql$, p_table) using v_share;
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
      (select k.key, k.document_count from catalog.search_keys k where k.key like 't:%'
        order by k.document_count desc, k.key limit 100)
      union all
      select k.key, k.document_count from catalog.search_keys k
      where k.id < 1114112 and left(k.key, 2) in ('k:', 'c:', 'p:', 'g:')) k);
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.has_listing_changed(text) to anon, authenticated, service_role;
