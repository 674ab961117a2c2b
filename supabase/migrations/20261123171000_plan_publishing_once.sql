-- A publish spent more than half of its time in the database planning: functions in SQL are planned at each call, and
-- so is text that is executed. The same functions in plpgsql are planned once a connection. What they answer stays.

create or replace function catalog.deprecation(p_at timestamptz, p_message text, p_use_instead text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return case when p_at is not null then jsonb_build_object('message', p_message, 'useInstead', p_use_instead) end;
end
$$;

create or replace function catalog.card(p_package_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_card jsonb;
begin
  -- The card of product.md, from the base tables, as the caller may see them.
  select jsonb_build_object(
    'handle', p.handle, 'name', p.display_name, 'summary', p.summary, 'kind', p.kind, 'productType', s.product_type,
    'price', jsonb_build_object('amount', p.price_amount, 'currency', p.price_currency),
    'category', jsonb_build_object('slug', c.slug, 'name', c.name),
    'store', jsonb_build_object('slug', s.slug, 'name', s.name),
    'iconUrl', p.icon_url, 'latestVersion', p.latest_version,
    'deprecation', catalog.deprecation(p.deprecated_at, p.deprecation_message, p.use_instead),
    'tags', coalesce((
      select jsonb_agg(t.key || ':' || t.value order by t.key, t.value)
      from catalog.package_tags t where t.package_id = p.id), '[]'),
    'rating', jsonb_build_object(
      'average', case when coalesce(st.rating_count, 0) = 0 then 0
                 else round(st.rating_sum::numeric / st.rating_count, 2) end,
      'count', coalesce(st.rating_count, 0)),
    'soldCount', coalesce(st.sold_count, 0), 'viewCount', coalesce(st.view_count, 0),
    'downloadCount', coalesce(st.download_count, 0), 'registry', 'local',
    'createdAt', to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'updatedAt', to_char(p.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  into v_card
  from catalog.packages p
  join catalog.stores s on s.id = p.store_id
  join catalog.categories c on c.id = p.category_id
  left join catalog.package_stats st on st.package_id = p.id
  where p.id = p_package_id;
  return v_card;
end
$$;

create or replace function identity.is_operator() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  -- app_metadata is written by the service alone; user_metadata is the person's own and grants nothing.
  return coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'operator', false);
end
$$;

create or replace function identity.actor_kind() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when auth.uid() is null then 'system'
    when coalesce(auth.jwt(), '{}') ? 'token_id' then 'token'
    when identity.is_operator() then 'operator'
    else 'user'
  end;
end
$$;

create or replace function catalog.is_store_open(p_store_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (select from catalog.stores s where s.id = p_store_id and s.status = 'approved');
end
$$;

create or replace function catalog.owns_store(p_store_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- Definer, because policies on stores and packages would otherwise call each other in a circle.
  return exists (
    select from catalog.stores s
    where s.id = p_store_id
      and (s.owner_id = auth.uid() or (s.owner_id is null and identity.is_operator())));
end
$$;

create or replace function catalog.namespace_role(p_namespace_id uuid) returns text
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- owner, maintainer, or null for who has no part in it.
  return (
    select case when catalog.owns_store(n.store_id) then 'owner' else (
      select m.role from catalog.namespace_members m where m.namespace_id = n.id and m.user_id = (select auth.uid())) end
    from catalog.namespaces n where n.id = p_namespace_id);
end
$$;

create or replace function catalog.may_publish(p_namespace_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return catalog.namespace_role(p_namespace_id) is not null;
end
$$;

create or replace function catalog.plain_words(p_text text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Letters and digits only, lower case, without accents, one blank between words.
  return trim(regexp_replace(
    lower(extensions.unaccent('extensions.unaccent', coalesce(p_text, ''))), '[^[:alnum:]]+', ' ', 'g'));
end
$$;

create or replace function catalog.search_document(
  p_name text, p_subjects text, p_summary text, p_readme text
) returns tsvector
language plpgsql immutable
set search_path = ''
as $$
declare
  v_name text := catalog.plain_words(p_name);
begin
  -- A: names, also unstemmed, for a name may be a stop word. B: tags, capabilities, category. C: summary. D: readme.
  return setweight(to_tsvector('pg_catalog.english', v_name), 'A')
    || setweight(to_tsvector('pg_catalog.simple', v_name), 'A')
    || setweight(to_tsvector('pg_catalog.english', catalog.plain_words(p_subjects)), 'B')
    || setweight(to_tsvector('pg_catalog.english', catalog.plain_words(p_summary)), 'C')
    || setweight(to_tsvector('pg_catalog.english', catalog.plain_words(
         regexp_replace(left(p_readme, 20000), 'https?://[^\s)]+', ' ', 'g'))), 'D');
end
$$;

create or replace function catalog.subject_text(p_capabilities text[], p_tags text[], p_category_name text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Only what a tag says, not what it speaks of: "language" in every other entry would find nothing.
  return concat_ws(' ', array_to_string(p_capabilities, ' '), p_category_name,
    (select string_agg(substr(tag, strpos(tag, ':') + 1), ' ') from unnest(p_tags) tag));
end
$$;

create or replace function catalog.hot_score(
  p_sold_count bigint, p_download_count bigint, p_view_count bigint, p_rating_average real, p_rating_count integer,
  p_is_featured boolean
) returns double precision
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Sales weigh most, then downloads, then views, each by its logarithm so that no one package runs away;
  -- a rating counts by how far it stands from the middle and by how many gave it.
  return round((
    3 * ln(1 + p_sold_count) + 2 * ln(1 + p_download_count) + ln(1 + p_view_count)
    + (p_rating_average - 3) * ln(1 + p_rating_count)
    + case when p_is_featured then 1 else 0 end)::numeric, 6)::double precision;
end
$$;

create or replace function catalog.forget_places(p_row_ids integer[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Before these rows are written: their places no longer say what they hold.
  insert into catalog.search_stale_places (place)
  select s.place from catalog.search_rows s where s.row_id = any(p_row_ids) and s.place is not null
  order by s.place
  on conflict (place) do nothing;
end
$$;

-- What writes many rows at once keeps the statements that read the dictionary whole.
alter function catalog.compile_search_rows(integer[], text) rename to compile_many_search_rows;

create function catalog.compile_search_row(p_row_id integer) returns void
language plpgsql security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_row catalog.marketplace_catalog_rows;
  v_keys text[];
  v_ids integer[];
  v_facets text;
begin
  -- catalog.compile_many_search_rows for one row, with statements that are planned once.
  select * into v_row from catalog.marketplace_catalog_rows r where r.row_id = p_row_id;
  if v_row.row_id is null then
    return;
  end if;
  v_keys := array(
    select distinct listed.key collate "C" from (
      select 'w:' || left(word, 60) as key from unnest((tsvector_to_array(v_row.search))[1:1500]) word
      union all select 'n:' || left(word, 60) from unnest(tsvector_to_array(ts_filter(v_row.search, '{a}'))) word
      union all select 't:' || tag from unnest(v_row.tags) tag
      union all select 'k:' || v_row.kind
      union all select 'c:' || v_row.category_slug
      union all select case when v_row.price_amount = 0 then 'p:free' else 'p:paid' end
      union all select
        'r:' || case when v_row.registry_id = 'local' then 'local' else coalesce(v_row.registry_url, v_row.registry_id) end
      union all select 's:' || v_row.store_slug where v_row.store_slug is not null
      union all select 'g:' || generate_series(1, floor(v_row.rating_average)::int)) listed
    where listed.key is not null
    order by 1);
  -- In the order of the keys, so that two writers of the same new words cannot deadlock.
  insert into catalog.search_keys (id, key)
  select catalog.next_key_id(fresh.key), fresh.key
  from unnest(v_keys) fresh (key)
  where not exists (select from catalog.search_keys known where known.key = fresh.key collate "C")
  order by fresh.key collate "C"
  on conflict (key) do nothing;

  insert into catalog.search_terms (term, stem)
  select fresh.term, coalesce(left(catalog.word_stem(fresh.term), 60), fresh.term)
  from (
    select distinct w.word collate "C" as term
    from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', translate(
      extensions.unaccent('extensions.unaccent', v_row.handle || ' ' || v_row.display_name || ' '
        || (v_row.entry ->> 'summary') || ' ' || array_to_string(v_row.tags, ' ')), '-_./@:#', '       ')))) w (word)
    offset 0
  ) fresh
  where char_length(fresh.term) between 2 and 40 and fresh.term ~ '^[[:alnum:]]+$'
    and not exists (select from catalog.search_terms known where known.term = fresh.term)
  order by fresh.term
  on conflict (term) do nothing;

  perform catalog.forget_places(array[p_row_id]);
  select array_agg(known.id), coalesce(string_agg(chr(known.id), '') filter (where known.id < 1114112), '')
    into v_ids, v_facets
  from unnest(v_keys) listed (key) join catalog.search_keys known on known.key = listed.key collate "C";
  insert into catalog.search_rows (
    row_id, hot_key, created_at, price_amount, rating_average, sample, is_head, facets, keys)
  values (v_row.row_id, v_row.hot_score + (hashtext(v_row.handle) & 1048575) / 2e12, v_row.created_at,
    v_row.price_amount, v_row.rating_average, (hashtext(v_row.handle) >> 20) & 1023,
    v_row.hot_score >= (select s.head_floor from catalog.search_statistics s), v_facets, v_ids)
  on conflict (row_id) do update set
    hot_key = excluded.hot_key, created_at = excluded.created_at, price_amount = excluded.price_amount,
    rating_average = excluded.rating_average, sample = excluded.sample, is_head = excluded.is_head,
    facets = excluded.facets, keys = excluded.keys, place = null;
end
$$;

create function catalog.compile_search_rows(p_row_ids integer[], p_table text default 'search_rows') returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if p_table = 'search_rows' and cardinality(p_row_ids) = 1 then
    perform catalog.compile_search_row(p_row_ids[1]);
  else
    perform catalog.compile_many_search_rows(p_row_ids, p_table);
  end if;
end
$$;
revoke execute on function catalog.compile_search_row(integer), catalog.compile_search_rows(integer[], text) from public;

create or replace function catalog.publish_entry_hash(p_entry catalog.publish_log) returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
  -- What lib/kernel/publish-log.ts computes: a line a fact, none of which can hold a line break.
  return sha256(convert_to(concat_ws(E'\n', 'souk-log-1', p_entry.position::text, encode(p_entry.previous_hash, 'hex'),
    to_char(p_entry.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), p_entry.action, p_entry.handle,
    p_entry.version, encode(p_entry.sha256, 'hex'), p_entry.store_slug, p_entry.actor_kind,
    encode(p_entry.actor_commitment, 'hex')), 'UTF8'));
end
$$;

create function catalog.publish_within_limits(
  p_manifest jsonb, p_yaml text, p_release jsonb, p_new_per_hour integer, p_versions_per_hour integer
) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_seconds integer := catalog.take_publish_token(p_manifest ->> 'id', p_new_per_hour, p_versions_per_hour);
begin
  -- catalog.publish_version in one statement with the limit of its publisher, refused with the seconds to wait as hint.
  -- Definer to refuse in words; who may publish what is decided by catalog.publish_version.
  if v_seconds is not null then
    perform catalog.refuse('429', 'rate_limited',
      format('You have published too much within the hour. Try again in %s s.', v_seconds), v_seconds::text);
  end if;
  return catalog.publish_version(p_manifest, p_yaml, p_release);
end
$$;
revoke execute on function catalog.publish_within_limits(jsonb, text, jsonb, integer, integer) from public;
grant execute on function catalog.publish_within_limits(jsonb, text, jsonb, integer, integer) to authenticated;

create or replace function catalog.version_access(p_handle text, p_version text)
returns table (outcome text, version_id uuid, sha256 bytea, size_bytes integer, price_amount bigint, yanked boolean,
  is_public boolean)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- No row: nothing the caller may know of. Otherwise outcome says whether they may have its bytes: ok, unauthenticated
  -- (paid and nobody is signed in), payment_required (paid and not bought) or gone (deleted, only its number is left).
  -- is_public: everybody may. Whoever looks after the namespace has what they publish.
  return query
    with target as (
      select p.id, p.price_amount, mine.is_mine, mine.is_entitled,
        p.price_amount = 0 and p.status = 'approved' and p.is_available and catalog.is_store_open(p.store_id) as is_public
      from catalog.packages p
      cross join lateral (select
        catalog.may_publish(p.namespace_id) or catalog.owns_store(p.store_id) or identity.is_operator() as is_mine,
        exists (select from commerce.entitlements e
                where e.package_id = p.id and e.user_id = (select auth.uid())) as is_entitled offset 0) mine
      where p.handle = p_handle
        and ((p.status = 'approved' and catalog.is_store_open(p.store_id) and (p.is_available or mine.is_entitled))
             or mine.is_mine)
    )
    select
      case
        when t.price_amount = 0 or t.is_mine or t.is_entitled then 'ok'
        when (select auth.uid()) is null then 'unauthenticated'
        else 'payment_required'
      end, v.id, v.sha256, v.size_bytes, t.price_amount, v.yanked_at is not null, t.is_public
    from target t join catalog.versions v on v.package_id = t.id and v.version = p_version
    union all
    select 'gone', null, null, null, t.price_amount, false, t.is_public
    from target t join catalog.version_tombstones g on g.package_id = t.id and g.version = p_version;
end
$$;
