-- A rebuild may leave out reading every package anew: the task that only puts the search rows in order does. An index that
-- is emptied at once tells whoever remembers answers.

alter table catalog.search_builds add column skips_packages boolean not null default false;
comment on column catalog.search_builds.skips_packages is 'It only puts the search rows in order: no package is read anew.';

drop function catalog.begin_search_build();
create function catalog.begin_search_build(p_with_packages boolean default true) returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  v_build catalog.search_builds;
begin
  perform catalog.require_operator();
  -- Goes on with the unfinished build whose table is still there, or starts one. Readers keep the old rows throughout.
  -- Two who begin at once begin the same one. Without its packages' part a build only puts the search rows in order; who
  -- wants that part adds it to a build that left it out.
  perform pg_advisory_xact_lock(hashtextextended('catalog.search_builds', 0));
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is not null and to_regclass('catalog.search_rows_next') is not null then
    if p_with_packages and v_build.skips_packages then
      update catalog.search_builds b set skips_packages = false, is_packages_done = false where b.id = v_build.id;
    end if;
    return v_build.id;
  end if;
  delete from catalog.search_builds where finished_at is null;
  truncate catalog.search_changes;
  drop table if exists catalog.search_rows_next, catalog.search_postings_next, catalog.search_facet_blocks_next;
  create table catalog.search_rows_next (like catalog.search_rows);
  alter table catalog.search_rows_next enable row level security;
  create unique index search_rows_next_key on catalog.search_rows_next (row_id);
  insert into catalog.search_builds (total_rows, total_packages, skips_packages, is_packages_done)
  values ((select count(*) from catalog.marketplace_catalog_rows), (select count(*) from catalog.packages),
    not p_with_packages, not p_with_packages)
  returning * into v_build;
  return v_build.id;
end
$$;

create or replace function catalog.finish_search_build() returns jsonb
language plpgsql security definer
set search_path = '' set lock_timeout = '5s'
as $$
declare
  v_build catalog.search_builds;
  v_index record;
  v_rows integer;
  v_stale integer[];
begin
  perform catalog.require_operator();
  -- Applies what was written meanwhile and puts the new rows in the place of the old ones. Writers wait for this step
  -- alone; readers wait for the renaming, which takes milliseconds, and see either table whole.
  select * into v_build from catalog.search_builds b where b.finished_at is null for update;
  if v_build.id is null then
    perform catalog.refuse('409', 'conflict', 'No rebuild of the search index is under way.');
  end if;
  if not v_build.is_packages_done then
    perform catalog.refuse('409', 'conflict', 'The packages of this rebuild are still being read anew.');
  end if;
  lock table catalog.marketplace_catalog_rows in share row exclusive mode;
  v_stale := array(select s.place from catalog.search_rows_next s
    where s.row_id in (select c.row_id from catalog.search_changes c) and s.place is not null order by s.place);
  perform catalog.compile_search_rows(array(select distinct c.row_id from catalog.search_changes c), 'search_rows_next');
  delete from catalog.search_rows_next s
  where s.row_id in (select c.row_id from catalog.search_changes c)
    and not exists (select from catalog.marketplace_catalog_rows r where r.row_id = s.row_id);
  -- Postings first, as readers take them: in the same order nobody waits for another in a circle.
  drop table catalog.search_postings, catalog.search_facet_blocks;
  alter table catalog.search_postings_next rename to search_postings;
  alter table catalog.search_postings rename constraint search_postings_next_pkey to search_postings_pkey;
  alter table catalog.search_facet_blocks_next rename to search_facet_blocks;
  alter table catalog.search_facet_blocks rename constraint search_facet_blocks_next_pkey to search_facet_blocks_pkey;
  delete from catalog.search_stale_places;
  insert into catalog.search_stale_places (place) select unnest(v_stale);
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
  comment on column catalog.search_rows.place is 'Its number in the order of popularity of the last rebuild; null when it was written since.';
  comment on table catalog.search_postings is
    'The places of the rows that have a key, ascending, as of the last rebuild. Key 0 holds the number of that rebuild.';
  comment on table catalog.search_facet_blocks is
    'The facets of 4096 places each, a comma between rows: what the web server keeps in memory to count by. Unchanged between rebuilds.';
  select count(*) into v_rows from catalog.search_rows;
  update catalog.search_statistics set head_floor = next_head_floor, row_count = v_rows;
  update catalog.search_builds set finished_at = now(), built_rows = v_rows where id = v_build.id;
  delete from catalog.search_builds where finished_at < now() - interval '90 days';
  return jsonb_build_object('rows', v_rows);
end
$$;

create function catalog.forget_catalog_rows() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from catalog.search_rows;
  insert into catalog.search_change_marks default values on conflict do nothing;
  return null;
end
$$;
create trigger catalog_rows_truncated after truncate on catalog.marketplace_catalog_rows
  for each statement execute function catalog.forget_catalog_rows();

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.begin_search_build(boolean) to authenticated, service_role;
