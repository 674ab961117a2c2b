-- Suggests tags by the word that is being typed, whatever stands before it.

create or replace function catalog.suggest_beginnings(p_text text) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_sort = on
as $$
declare
  c_end constant text := U&'\+10FFFF';
  v_text text := lower(btrim(p_text));
  -- Whoever types a second word may mean a tag by it.
  v_tag text := substring(lower(btrim(p_text)) from '[^[:space:]]+$');
  v_queries jsonb;
  v_tags jsonb;
  v_handles jsonb;
begin
  -- Popular searches, tags and handles that begin so, at most eight each. A tag is found by its key, its value or
  -- key:value as the last word begins.
  if v_text = '' then
    return jsonb_build_object('queries', '[]'::jsonb, 'tags', '[]'::jsonb, 'handles', '[]'::jsonb);
  end if;
  select jsonb_agg(found.query) into v_queries from (
    select q.query from catalog.popular_searches q
    where q.query collate "C" >= v_text and q.query collate "C" < v_text || c_end
    order by q.search_count desc, q.query limit 8) found;
  if char_length(v_tag) = 1 then
    -- One letter begins many: the commonest come early.
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      select k.key, k.document_count from (
        select k.key, k.document_count from catalog.search_keys k where k.key like 't:%'
        order by k.document_count desc limit 3000) k
      where starts_with(k.key, 't:' || v_tag) or starts_with(split_part(k.key, ':', 3), v_tag) limit 8) found;
  elsif char_length(v_tag) = 2 then
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and substr(k.key, 3, 2) collate "C" = v_tag order by k.document_count desc limit 8)
      union
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and left(split_part(k.key, ':', 3), 2) collate "C" = v_tag
        order by k.document_count desc limit 8)
      order by 2 desc limit 8) found;
  else
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and substr(k.key, 3, 2) collate "C" = left(v_tag, 2) and starts_with(k.key, 't:' || v_tag)
        order by k.document_count desc limit 8)
      union
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and left(split_part(k.key, ':', 3), 2) collate "C" = left(v_tag, 2)
          and starts_with(split_part(k.key, ':', 3), v_tag)
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

revoke execute on function catalog.suggest_beginnings(text) from public;
