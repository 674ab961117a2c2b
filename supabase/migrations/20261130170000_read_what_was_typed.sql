-- What is typed means the same past the index as in it, and phrases of words that say nothing by themselves can be found.

create function catalog.phrase_query(p_words jsonb) returns tsquery
language plpgsql immutable
set search_path = ''
as $$
declare
  v_words text := catalog.plain_words((select string_agg(word, ' ') from jsonb_array_elements_text(p_words) word));
  v_query tsquery := phraseto_tsquery('pg_catalog.english', v_words);
begin
  -- The words one after another; those of stop words alone as they stand.
  return case when numnode(v_query) > 0 then v_query else phraseto_tsquery('pg_catalog.simple', v_words) end;
end
$$;

create or replace function catalog.checks_condition(p_checks jsonb) returns text
language sql stable
set search_path = ''
as $$
  -- Operands whose words must (or must not) stand together, as SQL over search rows s: [{isExcluded, operands: [{words,
  -- isPhrase, stems}]}]. stems, in the syntax of text search, says what words may mean that are no phrase. A phrase of stop
  -- words alone stands in names, which are indexed word for word.
  select coalesce(string_agg(format(
    ' and %s exists (select from catalog.marketplace_catalog_rows w where w.row_id = s.row_id and w.search @@ %L::tsquery)',
    case when (checked ->> 'isExcluded')::boolean then 'not' else '' end, checked_query.text), ''), '')
  from jsonb_array_elements(p_checks) checked
  cross join lateral (
    select string_agg('(' || piece || ')', ' | ') as text
    from jsonb_array_elements(checked -> 'operands') operand
    cross join lateral (select coalesce((operand ->> 'stems')::tsquery::text, catalog.phrase_query(operand -> 'words')::text) as piece) query
    where piece <> '') checked_query
  where checked_query.text is not null
$$;

create function catalog.operand_query(p_operand jsonb, p_keeps_stops boolean, p_is_beginning boolean) returns tsquery
language plpgsql immutable
set search_path = ''
as $$
declare
  v_query tsquery := '';
  v_word text;
  v_stem text;
  v_last integer := jsonb_array_length(p_operand -> 'words');
begin
  -- {words, isPhrase} as text search asks for it. Stop words count only where there is nothing else; the last word may be
  -- the beginning of one.
  if (p_operand ->> 'isPhrase')::boolean then
    return case when p_keeps_stops or numnode(phraseto_tsquery('pg_catalog.english', catalog.plain_words(
        (select string_agg(word, ' ') from jsonb_array_elements_text(p_operand -> 'words') word)))) > 0
      then catalog.phrase_query(p_operand -> 'words') else '' end;
  end if;
  for i in 1 .. v_last loop
    v_word := replace(catalog.plain_words(p_operand -> 'words' ->> (i - 1)), ' ', '');
    v_stem := catalog.word_stem(v_word);
    continue when v_word = '' or (v_stem is null and not p_keeps_stops);
    v_query := v_query && case when p_is_beginning and i = v_last
      then format('%s:* | %s:*', coalesce(v_stem, v_word), v_word)::tsquery
      else coalesce(v_stem, v_word)::tsquery end;
  end loop;
  return v_query;
end
$$;

create function catalog.asked_query(p_asked jsonb) returns tsquery
language plpgsql immutable strict
set search_path = ''
as $$
declare
  v_query tsquery := '';
  v_either tsquery;
  v_group jsonb;
  v_operand jsonb;
  v_is_meaningless boolean := not exists (
    select from jsonb_path_query(p_asked, 'lax $.groups[*][*].words[*]') word
    where catalog.word_stem(catalog.plain_words(word #>> '{}')) is not null);
begin
  -- {groups: [[{words, isPhrase}]], excluded, endsInBeginning} as lib/search/parse-query.ts reads it: of each group one
  -- operand, and nothing that is excluded. Slips of the finger are not forgiven.
  for i in 1 .. jsonb_array_length(p_asked -> 'groups') loop
    v_group := p_asked -> 'groups' -> (i - 1);
    v_either := '';
    for j in 1 .. jsonb_array_length(v_group) loop
      v_either := v_either || catalog.operand_query(v_group -> (j - 1), v_is_meaningless,
        (p_asked ->> 'endsInBeginning')::boolean and i = jsonb_array_length(p_asked -> 'groups')
          and j = jsonb_array_length(v_group));
    end loop;
    v_query := v_query && v_either;
  end loop;
  for v_operand in select jsonb_array_elements(p_asked -> 'excluded') loop
    v_query := v_query && !! catalog.operand_query(v_operand, true, false);
  end loop;
  return v_query;
end
$$;

-- Beside catalog.live_page, which instances of the release before still call while this one takes their place.
create function catalog.live_listing(
  p_asked jsonb, p_filters text[], p_sort text, p_limit integer, p_offset integer
) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- {items, total, facets: [[key, count]]}; facet keys as in catalog.search_keys. p_asked as in catalog.asked_query, with
  -- tags: filters where any entry has such a tag, words where none has. Null asks for everything.
  with shelf as materialized (
    select p.handle, p.display_name, p.created_at, p.price_amount, card.entry,
      (card.entry #>> '{rating,average}')::real as rating_average,
      catalog.hot_score(coalesce(st.sold_count, 0), coalesce(st.download_count, 0), coalesce(st.view_count, 0),
        (card.entry #>> '{rating,average}')::real, coalesce(st.rating_count, 0), p.is_featured) as hot_score,
      array['k:' || p.kind, 'c:' || c.slug, 's:' || s.slug, 'r:local',
          case when p.price_amount = 0 then 'p:free' else 'p:paid' end]
        || array(select 't:' || t from jsonb_array_elements_text(card.entry -> 'tags') t)
        || array(select 'g:' || g from generate_series(1, floor((card.entry #>> '{rating,average}')::real)::int) g)
        as keys,
      case when p_asked is null then null else catalog.search_document(p.handle || ' ' || p.display_name,
        catalog.subject_text(p.capabilities, array(select jsonb_array_elements_text(card.entry -> 'tags')), c.name),
        p.summary, p.readme) end as search
    from catalog.packages p
    join catalog.stores s on s.id = p.store_id and s.status = 'approved'
    join catalog.categories c on c.id = p.category_id
    left join catalog.package_stats st on st.package_id = p.id
    cross join lateral (select catalog.card(p.id) as entry) card
    where p.status = 'approved' and p.is_available and p.latest_version is not null
  ), typed as (
    select 't:' || tag as key, tag, exists (select from shelf where shelf.keys @> array['t:' || tag]) as is_tag
    from jsonb_array_elements_text(p_asked -> 'tags') tag
  ), asked as materialized (
    select p_filters || array(select t.key from typed t where t.is_tag) as keys,
      coalesce(catalog.asked_query(p_asked), '') && plainto_tsquery('pg_catalog.english', catalog.plain_words(
        (select string_agg(t.tag, ' ') from typed t where not t.is_tag))) as query
  ), matches as materialized (
    select shelf.*, case when numnode(asked.query) = 0 then 0 else ts_rank(shelf.search, asked.query) end as relevance
    from shelf, asked
    where shelf.keys @> asked.keys and case
      when p_asked is null then true
      when numnode(asked.query) = 0 then cardinality(asked.keys) > cardinality(p_filters)
      else shelf.search @@ asked.query end
  )
  select jsonb_build_object(
    'total', (select count(*) from matches),
    'facets', (select coalesce(jsonb_agg(jsonb_build_array(counted.key, counted.uses) order by counted.uses desc, counted.key), '[]')
      from (select key, count(*) as uses from matches, unnest(keys) key group by key) counted),
    'items', (select coalesce(jsonb_agg(page.entry order by page.place), '[]') from (
      select m.entry, row_number() over (order by
          case when p_sort = 'relevance' then m.relevance end desc,
          case when p_sort in ('hot', 'relevance') then m.hot_score end desc,
          case when p_sort = 'new' then m.created_at end desc,
          case when p_sort = 'rating' then m.rating_average end desc,
          case when p_sort = 'price' then m.price_amount end,
          case when p_sort = 'name' then lower(m.display_name) end,
          m.handle) as place
      from matches m order by place limit p_limit offset p_offset) page))
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.live_listing(jsonb, text[], text, integer, integer) to anon, authenticated, service_role;
