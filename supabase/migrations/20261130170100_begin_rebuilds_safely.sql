-- A rebuild of the search index has its row before anything else is done, tells how far each of its parts is, loses no
-- change of a writer that was under way when it began, and no row whose handle another registry also uses.

alter table catalog.search_builds
  add column last_row_id integer,
  add column total_packages integer not null default 0,
  add column indexed_packages integer not null default 0,
  add column last_package_id uuid,
  add column is_packages_done boolean not null default false;
comment on column catalog.search_builds.is_packages_done is
  'The listing rows of the packages here were written anew from the base tables; search rows are compiled after that.';

create or replace function catalog.begin_search_build() returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
begin
  perform catalog.require_operator();
  -- Goes on with the unfinished build whose table is still there, or starts one. Readers keep the old rows throughout.
  -- Two who begin at once begin the same one.
  perform pg_advisory_xact_lock(hashtextextended('catalog.search_builds', 0));
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is not null and to_regclass('catalog.search_rows_next') is not null then
    return v_build.id;
  end if;
  delete from catalog.search_builds where finished_at is null;
  truncate catalog.search_changes;
  drop table if exists catalog.search_rows_next, catalog.search_postings_next, catalog.search_facet_blocks_next;
  create table catalog.search_rows_next (like catalog.search_rows);
  alter table catalog.search_rows_next enable row level security;
  create unique index search_rows_next_key on catalog.search_rows_next (row_id);
  insert into catalog.search_builds (total_rows, total_packages)
  values ((select count(*) from catalog.marketplace_catalog_rows), (select count(*) from catalog.packages))
  returning * into v_build;
  return v_build.id;
end
$$;

create function catalog.await_older_writers(p_patience interval default '1 minute') returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_until timestamptz := clock_timestamp() + p_patience;
  v_writers text[];
begin
  perform catalog.require_operator();
  -- Whoever wrote to the catalogue before the build's row could be seen noted nothing for it: waits until those
  -- transactions have ended. In a transaction of its own, after the one that began the build. Nobody waits for this.
  select array_agg(l.virtualtransaction) into v_writers
  from pg_catalog.pg_locks l
  where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    and l.relation = 'catalog.marketplace_catalog_rows'::regclass
    and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock');
  while exists (
    select from pg_catalog.pg_locks l
    where l.locktype = 'virtualxid' and l.granted and l.virtualtransaction = any(v_writers)
  ) loop
    if clock_timestamp() > v_until then
      perform catalog.refuse('409', 'conflict',
        'A change of the catalogue has not ended for a while; the rebuild of the search index cannot go on before. Try again.');
    end if;
    perform pg_catalog.pg_sleep(0.02);
  end loop;
end
$$;

create function catalog.step_build_packages(p_batch integer default 200) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
  v_last uuid;
begin
  perform catalog.require_operator();
  -- The next packages' part of the build under way. {builtPackages, totalPackages, isDone}; one transaction each.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is null then
    perform catalog.refuse('409', 'conflict', 'No rebuild of the search index is under way.');
  end if;
  if not v_build.is_packages_done then
    v_last := catalog.step_package_index(v_build.last_package_id, p_batch);
    update catalog.search_builds b set
      last_package_id = coalesce(v_last, b.last_package_id),
      is_packages_done = v_last is null,
      indexed_packages = b.indexed_packages + (select count(*) from catalog.packages p
        where p.id <= v_last and (b.last_package_id is null or p.id > b.last_package_id))
    where b.id = v_build.id
    returning * into v_build;
  end if;
  return jsonb_build_object('builtPackages', v_build.indexed_packages, 'totalPackages', v_build.total_packages,
    'isDone', v_build.is_packages_done);
end
$$;

create or replace function catalog.step_search_build(p_batch integer default 20000) returns jsonb
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
  if v_build.last_handle is null then
    -- Nothing is compiled yet: changes that can be seen here are compiled with their rows, the packages' part among them.
    delete from catalog.search_changes;
    update catalog.search_statistics set next_head_floor = coalesce((
      select r.hot_score from catalog.marketplace_catalog_rows r order by r.hot_score desc, r.handle
      offset (select count(*) / 16 from catalog.marketplace_catalog_rows) limit 1), '-Infinity');
    v_build.total_rows := (select count(*) from catalog.marketplace_catalog_rows);
  end if;
  select array_agg(batch.row_id order by batch.hot_score desc, batch.handle, batch.row_id),
      min(batch.hot_score) into v_ids, v_build.last_hot_score
  from (
    select r.row_id, r.hot_score, r.handle from catalog.marketplace_catalog_rows r
    where v_build.last_handle is null or (r.hot_score <= v_build.last_hot_score
      and (r.hot_score < v_build.last_hot_score or r.handle > v_build.last_handle
        or (r.handle = v_build.last_handle and r.row_id > v_build.last_row_id)))
    order by r.hot_score desc, r.handle, r.row_id
    limit p_batch) batch;
  if v_ids is null then
    return jsonb_build_object('builtRows', v_build.built_rows, 'totalRows', v_build.total_rows, 'isFilled', true);
  end if;
  perform catalog.compile_search_rows(v_ids, 'search_rows_next');
  update catalog.search_builds b set built_rows = b.built_rows + cardinality(v_ids),
    total_rows = v_build.total_rows,
    last_hot_score = v_build.last_hot_score,
    last_handle = (select r.handle from catalog.marketplace_catalog_rows r where r.row_id = v_ids[cardinality(v_ids)]),
    last_row_id = v_ids[cardinality(v_ids)]
  where b.id = v_build.id
  returning * into v_build;
  return jsonb_build_object('builtRows', v_build.built_rows, 'totalRows', v_build.total_rows, 'isFilled', false);
end
$$;

create or replace function catalog.search_build_state() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- The rebuild under way or the last one; null before the first.
  perform catalog.require_operator();
  return (
    select jsonb_build_object('id', b.id, 'builtRows', b.built_rows, 'totalRows', b.total_rows,
      'builtPackages', b.indexed_packages, 'totalPackages', b.total_packages,
      'isRunning', b.finished_at is null,
      'startedAt', to_char(b.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'finishedAt', to_char(b.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from catalog.search_builds b order by b.id desc limit 1);
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.await_older_writers(interval), catalog.step_build_packages(integer)
  to authenticated, service_role;
