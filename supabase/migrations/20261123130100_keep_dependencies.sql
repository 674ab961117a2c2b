-- Dependencies as rows, so that dependents can be listed and cycles refused; tombstones of deleted versions; and what
-- people should use instead of a package or version that is deprecated.

create table catalog.version_dependencies (
  version_id uuid not null references catalog.versions (id) on delete cascade,
  depends_on_id uuid not null references catalog.packages (id) on delete restrict,
  version_range text not null,
  bounds jsonb,
  primary key (version_id, depends_on_id)
);
comment on table catalog.version_dependencies is 'What each version needs. bounds is version_range as catalog.satisfies_range reads it; null is any version.';
create index version_dependencies_by_target on catalog.version_dependencies (depends_on_id, version_id);

-- What was published before this table was: SQL cannot read ranges, so these accept any version.
insert into catalog.version_dependencies (version_id, depends_on_id, version_range)
select v.id, p.id, d.value
from catalog.versions v cross join lateral jsonb_each_text(v.dependencies) d join catalog.packages p on p.handle = d.key;

create table catalog.version_tombstones (
  package_id uuid not null references catalog.packages (id) on delete cascade,
  version text not null,
  sort_key text collate "C" not null,
  sha256 bytea not null,
  published_at timestamptz not null,
  deleted_at timestamptz not null default now(),
  deleted_by uuid references auth.users (id) on delete set null,
  reason text not null check (char_length(reason) between 1 and 500),
  primary key (package_id, version)
);
comment on table catalog.version_tombstones is 'Versions that an operator deleted. Their numbers are never used again.';
create index version_tombstones_by_deleter on catalog.version_tombstones (deleted_by);

alter table catalog.versions add constraint versions_yank_reason_length check (char_length(yank_reason) <= 500);
alter table catalog.versions
  add column deprecated_at timestamptz,
  add column deprecation_message text check (char_length(deprecation_message) between 1 and 500),
  add column use_instead text check (char_length(use_instead) <= 300);
alter table catalog.packages
  add column deprecated_at timestamptz,
  add column deprecation_message text check (char_length(deprecation_message) between 1 and 500),
  add column use_instead text check (char_length(use_instead) <= 300);

alter table catalog.version_dependencies enable row level security;
alter table catalog.version_tombstones enable row level security;
create policy version_dependencies_select_with_version on catalog.version_dependencies for select to anon, authenticated
  using (exists (select from catalog.versions v where v.id = version_id));
create policy version_tombstones_select_with_package on catalog.version_tombstones for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
grant select on catalog.version_dependencies to anon, authenticated, service_role;
grant select (package_id, version, sort_key, sha256, published_at, deleted_at, reason) on catalog.version_tombstones
  to anon, authenticated;
grant select on catalog.version_tombstones to service_role;
grant select (deprecated_at, deprecation_message, use_instead) on catalog.versions to anon, authenticated;

create function catalog.refuse_issues(p_status text, p_code text, p_message text, p_issues jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Like catalog.refuse, with several inputs at fault: [{path, message}].
  raise exception '%', p_message using errcode = 'SK' || p_status, detail = p_code, hint = p_issues::text;
end
$$;

create function catalog.find_dependency_cycle(p_package_id uuid, p_handle text, p_wanted jsonb) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_versions uuid[] := '{}';
  v_paths text[] := '{}';
  v_seen uuid[] := '{}';
  v_cycle text;
  v_depth integer := 0;
begin
  -- The handles from the package round to itself, if its wanted dependencies, [{packageId, handle, bounds}], lead back
  -- to it when each range is resolved as of now; null when they do not. Breadth first, so it is a shortest way.
  select array_agg(found.id), array_agg(p_handle || ' ' || found.handle) into v_versions, v_paths
  from (
    select catalog.resolve_version((w ->> 'packageId')::uuid, w -> 'bounds') as id, w ->> 'handle' as handle
    from jsonb_array_elements(p_wanted) w) found
  where found.id is not null;
  while cardinality(v_versions) > 0 loop
    select reached.path || ' ' || p_handle into v_cycle
    from unnest(v_versions, v_paths) reached (version_id, path)
    join catalog.version_dependencies d on d.version_id = reached.version_id and d.depends_on_id = p_package_id
    limit 1;
    if v_cycle is not null then
      return string_to_array(v_cycle, ' ');
    end if;
    v_seen := v_seen || v_versions;
    v_depth := v_depth + 1;
    -- A limit on work, far above what any install would follow.
    if v_depth > 100 or cardinality(v_seen) > 20000 then
      perform catalog.refuse('422', 'dependency_cycle', 'The dependencies of the dependencies go too deep.', 'dependencies');
    end if;
    select coalesce(array_agg(next.version_id), '{}'), coalesce(array_agg(next.path), '{}') into v_versions, v_paths
    from (
      select distinct on (found.id) found.id as version_id, reached.path || ' ' || p.handle as path
      from unnest(v_versions, v_paths) reached (version_id, path)
      join catalog.version_dependencies d on d.version_id = reached.version_id
      join catalog.packages p on p.id = d.depends_on_id
      cross join lateral (select catalog.resolve_version(d.depends_on_id, d.bounds) as id) found
      where found.id is not null and not found.id = any(v_seen)
      order by found.id, reached.path) next;
  end loop;
  return null;
end
$$;

create function catalog.add_dependencies(p_version_id uuid, p_bounds jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_version catalog.versions;
  v_handle text;
  v_wanted jsonb;
  v_faults jsonb;
  v_cycle text[];
begin
  -- Records what a version just inserted needs, or refuses: what its publisher cannot see is unknown, and nothing may
  -- need itself by a detour. p_bounds holds the compiled range of each handle. The caller holds the dependency lock.
  select * into v_version from catalog.versions v where v.id = p_version_id;
  if v_version.dependencies = '{}' then
    return;
  end if;
  select p.handle into v_handle from catalog.packages p where p.id = v_version.package_id;
  with wanted as (
    select d.key as handle, d.value as version_range, p_bounds -> d.key as bounds, known.id
    from jsonb_each_text(v_version.dependencies) d
    left join lateral (
      select p.id from catalog.packages p
      where p.handle = d.key
        and (catalog.owns_store(p.store_id) or (p.status = 'approved' and catalog.is_store_open(p.store_id)
          and (p.is_available or exists (select from commerce.entitlements e
            where e.package_id = p.id and e.user_id = (select auth.uid())))))) known on true
  ), checked as (
    select w.*, case
      when w.id is null then format('There is no package %s.', w.handle)
      when catalog.resolve_version(w.id, w.bounds) is null then
        format('No version of %s satisfies "%s".', w.handle, w.version_range)
    end as fault
    from wanted w
  )
  select jsonb_agg(jsonb_build_object('packageId', c.id, 'handle', c.handle, 'versionRange', c.version_range, 'bounds', c.bounds)),
    jsonb_agg(jsonb_build_object('path', format('dependencies["%s"]', c.handle), 'message', c.fault) order by c.handle)
      filter (where c.fault is not null)
  into v_wanted, v_faults
  from checked c;
  if v_faults is not null then
    perform catalog.refuse_issues('422', 'unknown_dependency', 'The manifest depends on what is not here.', v_faults);
  end if;
  v_cycle := catalog.find_dependency_cycle(v_version.package_id, v_handle, v_wanted);
  if v_cycle is not null then
    perform catalog.refuse_issues('422', 'dependency_cycle', 'The package would depend on itself: '
      || array_to_string(v_cycle, ' → ') || '.', jsonb_build_array(jsonb_build_object(
        'path', format('dependencies["%s"]', v_cycle[2]), 'message', array_to_string(v_cycle, ' → '))));
  end if;
  insert into catalog.version_dependencies (version_id, depends_on_id, version_range, bounds)
  select p_version_id, (w ->> 'packageId')::uuid, w ->> 'versionRange', nullif(w -> 'bounds', 'null')
  from jsonb_array_elements(v_wanted) w;
end
$$;

revoke execute on function catalog.refuse_issues(text, text, text, jsonb),
  catalog.find_dependency_cycle(uuid, text, jsonb), catalog.add_dependencies(uuid, jsonb) from public;
