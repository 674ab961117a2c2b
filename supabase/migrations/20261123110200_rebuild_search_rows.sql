-- Building the search rows anew beside the old ones, in steps that can be interrupted, and counting how common keys are.

create function catalog.refresh_search_statistics(p_table text default 'search_rows') returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_rows integer;
  v_share integer;
begin
  perform catalog.require_operator();
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

create function catalog.require_operator() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  -- Signed-in people must be operators; the service and the owner of the database may.
  if current_setting('role') in ('anon', 'authenticated') and not identity.is_operator() then
    perform catalog.refuse('403', 'forbidden', 'Only operators may do this.');
  end if;
end
$$;

create function catalog.search_build_state() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- The rebuild under way or the last one; null before the first.
  perform catalog.require_operator();
  return (
    select jsonb_build_object('id', b.id, 'builtRows', b.built_rows, 'totalRows', b.total_rows,
      'isRunning', b.finished_at is null,
      'startedAt', to_char(b.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'finishedAt', to_char(b.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from catalog.search_builds b order by b.id desc limit 1);
end
$$;

create function catalog.step_package_index(p_after uuid, p_batch integer default 200) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- Writes the listing rows of the next packages anew from the base tables; the last id, or null when there are no more.
  perform catalog.require_operator();
  for v_package_id in
    select p.id from catalog.packages p where p_after is null or p.id > p_after order by p.id limit p_batch
  loop
    perform catalog.index_package(v_package_id);
  end loop;
  return v_package_id;
end
$$;

create function catalog.begin_search_build() returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
begin
  perform catalog.require_operator();
  -- Goes on with the unfinished build whose table is still there, or starts one. Readers keep the old rows throughout.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is not null and to_regclass('catalog.search_rows_next') is not null then
    return v_build.id;
  end if;
  delete from catalog.search_builds where finished_at is null;
  truncate catalog.search_changes;
  drop table if exists catalog.search_rows_next;
  create table catalog.search_rows_next (like catalog.search_rows);
  alter table catalog.search_rows_next enable row level security;
  create unique index search_rows_next_key on catalog.search_rows_next (row_id);
  update catalog.search_statistics set next_head_floor = coalesce((
    select r.hot_score from catalog.marketplace_catalog_rows r order by r.hot_score desc, r.handle
    offset (select count(*) / 16 from catalog.marketplace_catalog_rows) limit 1), '-Infinity');
  insert into catalog.search_builds (total_rows) select count(*) from catalog.marketplace_catalog_rows
  returning * into v_build;
  return v_build.id;
end
$$;

create function catalog.step_search_build(p_batch integer default 20000) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
  v_ids integer[];
begin
  perform catalog.require_operator();
  -- Compiles the next most popular rows. {builtRows, totalRows, isFilled}; one transaction each, so it can be resumed.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is null then
    perform catalog.refuse('409', 'conflict', 'No rebuild of the search index is under way.');
  end if;
  select array_agg(batch.row_id), min(batch.hot_score) into v_ids, v_build.last_hot_score
  from (
    select r.row_id, r.hot_score, r.handle from catalog.marketplace_catalog_rows r
    where v_build.last_handle is null or (r.hot_score <= v_build.last_hot_score
      and (r.hot_score < v_build.last_hot_score or r.handle > v_build.last_handle))
    order by r.hot_score desc, r.handle
    limit p_batch) batch;
  if v_ids is null then
    return jsonb_build_object('builtRows', v_build.built_rows, 'totalRows', v_build.total_rows, 'isFilled', true);
  end if;
  perform catalog.compile_search_rows(v_ids, 'search_rows_next');
  update catalog.search_builds b set built_rows = b.built_rows + cardinality(v_ids),
    last_hot_score = v_build.last_hot_score,
    last_handle = (select max(r.handle) from catalog.marketplace_catalog_rows r
      where r.row_id = any(v_ids) and r.hot_score = v_build.last_hot_score)
  where b.id = v_build.id
  returning * into v_build;
  return jsonb_build_object('builtRows', v_build.built_rows, 'totalRows', v_build.total_rows, 'isFilled', false);
end
$$;

create function catalog.index_search_build() returns void
language plpgsql security definer
set search_path = '' set maintenance_work_mem = '256MB'
as $$
begin
  perform catalog.require_operator();
  -- Indexes the filled table. Apart from the last step, so that nothing waits for it.
  if to_regclass('catalog.search_rows_next_keys') is null then
    drop index if exists catalog.search_rows_next_key;
    perform catalog.index_search_rows('search_rows_next');
  end if;
  analyze catalog.search_rows_next;
end
$$;

create function catalog.finish_search_build() returns jsonb
language plpgsql security definer
set search_path = '' set lock_timeout = '5s'
as $$
declare
  v_build catalog.search_builds;
  v_index record;
  v_rows integer;
begin
  perform catalog.require_operator();
  -- Applies what was written meanwhile and puts the new rows in the place of the old ones. Writers wait for this step
  -- alone; readers wait for the renaming, which takes milliseconds, and see either table whole.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is null then
    perform catalog.refuse('409', 'conflict', 'No rebuild of the search index is under way.');
  end if;
  lock table catalog.marketplace_catalog_rows in share row exclusive mode;
  perform catalog.compile_search_rows(array(select distinct c.row_id from catalog.search_changes c), 'search_rows_next');
  delete from catalog.search_rows_next s
  where s.row_id in (select c.row_id from catalog.search_changes c)
    and not exists (select from catalog.marketplace_catalog_rows r where r.row_id = s.row_id);
  truncate catalog.search_changes;
  drop table catalog.search_rows;
  alter table catalog.search_rows_next rename to search_rows;
  for v_index in
    select c.relname from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
    where i.indrelid = 'catalog.search_rows'::regclass
  loop
    execute format('alter index catalog.%I rename to %I', v_index.relname,
      replace(v_index.relname, 'search_rows_next_', 'search_rows_'));
  end loop;
  comment on table catalog.search_rows is
    'What search reads of each entry, narrow and in order of popularity: its keys (search_keys) and, one character each, the facets to count. Rebuilt whole by npm run marketplace:index-sync.';
  select count(*) into v_rows from catalog.search_rows;
  update catalog.search_statistics set head_floor = next_head_floor, row_count = v_rows;
  update catalog.search_builds set finished_at = now(), built_rows = v_rows where id = v_build.id;
  delete from catalog.search_builds where finished_at < now() - interval '90 days';
  return jsonb_build_object('rows', v_rows);
end
$$;

do $$
begin
  -- What is on the shelf when this migration runs.
  perform catalog.compile_search_rows(array(select row_id from catalog.marketplace_catalog_rows));
  perform catalog.refresh_search_statistics();
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.refresh_search_statistics(text), catalog.search_build_state(),
  catalog.step_package_index(uuid, integer), catalog.begin_search_build(), catalog.step_search_build(integer),
  catalog.index_search_build(), catalog.finish_search_build() to authenticated, service_role;
