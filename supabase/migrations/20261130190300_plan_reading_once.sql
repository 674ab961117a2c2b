-- A function in the language sql with settings of its own is planned anew by each statement that calls it. These are
-- called by every search and are done in a moment, so that planning was most of what they took: now they are planned once.

create or replace function catalog.keys_condition(p_keys jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_all text := translate(p_keys ->> 'all', '[] ', '{}');
  v_none text := translate(p_keys ->> 'none', '[] ', '{}');
  v_choice jsonb;
  v_conditions text[] := '{}';
begin
  -- {all, any, none} as SQL over search rows s: every key of all, one key of each list in any, no key of none.
  if v_all <> '{}' then
    v_conditions := v_conditions || format('s.keys @> %L::int[]', v_all);
  end if;
  for v_choice in select jsonb_array_elements(p_keys -> 'any') loop
    v_conditions := v_conditions || format('s.keys && %L::int[]', translate(v_choice::text, '[] ', '{}'));
  end loop;
  if v_none <> '{}' then
    v_conditions := v_conditions || format('not s.keys && %L::int[]', v_none);
  end if;
  return coalesce(nullif(array_to_string(v_conditions, ' and '), ''), 'true');
end
$$;

create or replace function catalog.checks_condition(p_checks jsonb) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- Operands whose words must (or must not) stand together, as SQL over search rows s: [{isExcluded, operands: [{words,
  -- isPhrase, stems}]}]. stems, in the syntax of text search, says what words may mean that are no phrase. A phrase of stop
  -- words alone stands in names, which are indexed word for word.
  if p_checks = '[]' then
    return '';
  end if;
  return (
    select coalesce(string_agg(format(
      ' and %s exists (select from catalog.marketplace_catalog_rows w where w.row_id = s.row_id and w.search @@ %L::tsquery)',
      case when (checked ->> 'isExcluded')::boolean then 'not' else '' end, checked_query.text), ''), '')
    from jsonb_array_elements(p_checks) checked
    cross join lateral (
      select string_agg('(' || piece || ')', ' | ') as text
      from jsonb_array_elements(checked -> 'operands') operand
      cross join lateral (
        select coalesce((operand ->> 'stems')::tsquery::text, catalog.phrase_query(operand -> 'words')::text) as piece) query
      where piece <> '') checked_query
    where checked_query.text is not null);
end
$$;

create or replace function catalog.has_listing_changed(p_snapshot text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_snapshot pg_snapshot := p_snapshot::pg_snapshot;
begin
  -- Whether a transaction that this snapshot does not see has changed what is listed. Marks are kept for an hour.
  return exists (
    select from catalog.search_change_marks m
    where m.transaction_id >= pg_snapshot_xmin(v_snapshot)
      and not pg_visible_in_snapshot(m.transaction_id, v_snapshot));
end
$$;

create or replace function catalog.count_search(p_condition text, p_plan jsonb) returns catalog.search_count
language plpgsql stable
set search_path = '' set enable_seqscan = off set max_parallel_workers_per_gather = 0
as $$
declare
  c_exact_max constant integer := 10000;
  v_count catalog.search_count;
  v_expected double precision := (p_plan ->> 'expected')::float8;
  v_least double precision := (p_plan ->> 'least')::float8;
  v_buckets integer;
begin
  -- Total and facets of what matches: exact up to 10,000 matches. Beyond, both come from a sample of the rows, of which
  -- share says how much of all it is.
  if not (p_plan ->> 'isFew')::boolean and p_condition = 'true' then
    select s.row_count, s.row_count <= c_exact_max into v_count.total, v_count.is_exact from catalog.search_statistics s;
    return v_count;
  end if;
  if not (p_plan ->> 'isFew')::boolean then
    v_buckets := case when v_expected > 300000 then 1 when v_expected > 75000 then 4 else 16 end;
    execute format('select count(*)::int, coalesce(string_agg(s.facets, ''''), '''') from catalog.search_rows s where s.sample < %s and %s',
      v_buckets, p_condition) into v_count.total, v_count.facets;
    v_count.share := v_buckets / 1024.0;
    if v_count.total / v_count.share > 9000 or v_least > 90000 then
      v_count.total := greatest(round(v_count.total / v_count.share), least(c_exact_max + 1, round(v_expected)));
      v_count.is_exact := false;
      return v_count;
    end if;
  end if;
  if p_condition = 'true' then
    -- The whole listing, where it is small, without a statement made up for it.
    select count(*)::int, coalesce(string_agg(s.facets, ''), '') into v_count.total, v_count.facets
    from (select s.facets from catalog.search_rows s limit c_exact_max + 1) s;
  else
    execute format('select count(*)::int, coalesce(string_agg(s.facets, ''''), '''') from (
        select s.facets from catalog.search_rows s where %s limit %s) s', p_condition, c_exact_max + 1)
      into v_count.total, v_count.facets;
  end if;
  v_count.is_exact := v_count.total <= c_exact_max;
  v_count.share := case when v_count.is_exact then 1
    else least(1, (c_exact_max + 1) / greatest(v_expected, c_exact_max + 1)) end;
  v_count.total := case when v_count.is_exact then v_count.total else greatest(c_exact_max + 1, round(v_expected)) end;
  return v_count;
end
$$;

create or replace function catalog.package_page(p_handle text) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- The package page's data, as the caller may see it; null when there is no such package for them.
  return (
    select catalog.card(p.id) || jsonb_build_object(
      'status', p.status, 'isAvailable', p.is_available, 'license', p.license, 'homepage', p.homepage,
      'repository', p.repository, 'readme', p.readme, 'capabilities', to_jsonb(p.capabilities),
      'tagDetails', coalesce((
        select jsonb_agg(jsonb_build_object('key', t.key, 'value', t.value, 'source', t.source) order by t.key, t.value)
        from catalog.package_tags t where t.package_id = p.id), '[]'),
      'versions', catalog.package_versions(p.id),
      'deletedVersions', catalog.deleted_versions(p.id),
      'reviews', coalesce((
        select jsonb_agg(jsonb_build_object(
          'author', recent.display_name, 'rating', recent.rating, 'body', recent.body,
          'createdAt', to_char(recent.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
        from (
          select pr.display_name, r.rating, r.body, r.created_at
          from catalog.reviews r join identity.profiles pr on pr.user_id = r.user_id
          where r.package_id = p.id
          order by r.created_at desc limit 20) recent), '[]'),
      'related', coalesce((
        select jsonb_agg(near.entry)
        from (
          select r.entry
          from catalog.marketplace_catalog_rows r
          where r.category_slug = c.slug and r.handle <> p.handle
          order by (r.kind = p.kind) desc, r.hot_score desc, r.handle
          limit 6) near), '[]'))
    from catalog.packages p
    join catalog.categories c on c.id = p.category_id
    where p.handle = p_handle
      and (p.latest_version is not null or exists (select from catalog.versions v where v.package_id = p.id)));
end
$$;

create or replace function catalog.package_versions(p_package_id uuid) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- All versions the caller may see, newest first by semver precedence.
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'version', v.version, 'sha256', encode(v.sha256, 'hex'), 'sizeBytes', v.size_bytes,
      'isPrerelease', v.is_prerelease, 'yanked', v.yanked_at is not null, 'yankReason', v.yank_reason,
      'dependencies', v.dependencies,
      'deprecation', catalog.deprecation(v.deprecated_at, v.deprecation_message, v.use_instead),
      'createdAt', to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      order by v.sort_key desc), '[]')
    from catalog.versions v where v.package_id = p_package_id);
end
$$;

create or replace function catalog.deleted_versions(p_package_id uuid) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('version', g.version, 'reason', g.reason,
      'deletedAt', to_char(g.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by g.sort_key desc), '[]')
    from catalog.version_tombstones g where g.package_id = p_package_id);
end
$$;

create or replace function catalog.version_files_of(p_version_id uuid) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'sizeBytes', f.size_bytes,
      'sha256', encode(f.sha256, 'hex'), 'mediaType', f.media_type) order by f.name), '[]')
    from catalog.version_files f where f.version_id = p_version_id);
end
$$;

create or replace function catalog.with_version_files(p_page jsonb) returns jsonb
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- Puts "files" into each of the page's "versions", as the caller may see them; null stays null.
  if p_page is null then
    return null;
  end if;
  return jsonb_set(p_page, '{versions}', coalesce((
    select jsonb_agg(entry.value || jsonb_build_object('files', coalesce(held.files, '[]')) order by entry.ordinality)
    from jsonb_array_elements(p_page -> 'versions') with ordinality entry
    left join (
      select v.version, catalog.version_files_of(v.id) as files
      from catalog.packages p join catalog.versions v on v.package_id = p.id
      where p.handle = p_page ->> 'handle'
        and exists (select from catalog.version_files f where f.version_id = v.id)
    ) held on held.version = entry.value ->> 'version'), '[]'));
end
$$;

create or replace function catalog.read_manifest(p_handle text, p_version text)
returns table (outcome text, sha256 text, size_bytes integer, yaml_content text, price_amount bigint, yanked boolean)
language plpgsql stable security definer rows 1
set search_path = ''
as $$
#variable_conflict use_column
begin
  -- catalog.version_access with the bytes, for those who may have them.
  return query
    select a.outcome, encode(a.sha256, 'hex'), a.size_bytes, m.yaml_content, a.price_amount, a.yanked
    from catalog.version_access(p_handle, p_version) a
    left join catalog.manifests m on m.sha256 = a.sha256 and a.outcome = 'ok';
end
$$;

create or replace function catalog.listed_dependents(p_package_id uuid, p_limit integer, p_after jsonb) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- Packages on the shelf whose latest version needs this one, most popular first; p_after is [hot score, handle] of the
  -- last one seen. Definer, for the listing index holds what everybody may see and needs no policy a row.
  return (
    with dependents as materialized (
      select r.entry, r.hot_score, r.handle, d.version_range
      from catalog.version_dependencies d
      join catalog.versions v on v.id = d.version_id
      join catalog.packages p on p.id = v.package_id and p.latest_version = v.version
      join catalog.marketplace_catalog_rows r on r.package_id = p.id
      where d.depends_on_id = p_package_id
    ), page as (
      select * from dependents d
      where p_after is null or d.hot_score < (p_after ->> 0)::double precision
        or (d.hot_score = (p_after ->> 0)::double precision and d.handle > p_after ->> 1)
      order by d.hot_score desc, d.handle
      limit p_limit + 1
    ), kept as (
      select * from page order by hot_score desc, handle limit p_limit
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(k.entry || jsonb_build_object('range', k.version_range) order by k.hot_score desc, k.handle)
        from kept k), '[]'),
      'total', (select count(*) from dependents),
      'next', case when (select count(*) from page) > p_limit then (
        select jsonb_build_array(k.hot_score, k.handle) from kept k order by k.hot_score, k.handle desc limit 1) end));
end
$$;

create or replace function catalog.package_dependents(p_handle text, p_limit integer, p_after jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  -- {items, total, next}, or null when there is no such package for the caller.
  return (select catalog.listed_dependents(p.id, p_limit, p_after) from catalog.packages p where p.handle = p_handle);
end
$$;
