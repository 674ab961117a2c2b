-- Walking dependencies is planned once and ends sooner: it is the one thing that publishers wait for each other with.

create or replace function catalog.satisfies_range(p_sort_key text, p_bounds jsonb) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  -- p_bounds is RangeBounds of lib/kernel/semver.ts: alternatives, each a list of [operator, sort key] that must all hold.
  -- A prerelease is only meant by an alternative that names a prerelease of the same release.
  return exists (
    select from jsonb_array_elements(p_bounds) a (alternative),
      (select split_part(p_sort_key, ' ', 1) collate "C" as precedence) version
    where not exists (
        select from jsonb_array_elements(a.alternative) b (bound)
        where not case b.bound ->> 0
          when '==' then p_sort_key = b.bound ->> 1
          when '=' then version.precedence = b.bound ->> 1
          when '>' then version.precedence > b.bound ->> 1
          when '>=' then version.precedence >= b.bound ->> 1
          when '<' then version.precedence < b.bound ->> 1
          when '<=' then version.precedence <= b.bound ->> 1
          else false
        end)
      and (version.precedence not like '%-%' or exists (
        select from jsonb_array_elements(a.alternative) b (bound)
        where b.bound ->> 1 like split_part(version.precedence, '-', 1) || '-%')));
end
$$;

create or replace function catalog.resolve_version(p_package_id uuid, p_bounds jsonb) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  -- The version that the bounds mean, as the caller may see them; null (SQL's or JSON's) bounds are those of `latest`.
  -- Only one that is named exactly is found although it was yanked: a lock on it must keep working.
  if coalesce(jsonb_typeof(p_bounds), 'null') = 'null' then
    return (
      select v.id from catalog.versions v where v.package_id = p_package_id and v.yanked_at is null
      order by v.is_prerelease, v.sort_key desc limit 1);
  end if;
  -- In the order of the index: the first that fits ends it.
  return (
    select v.id from catalog.versions v
    where v.package_id = p_package_id and (v.yanked_at is null or p_bounds @> '[[["=="]]]')
      and catalog.satisfies_range(v.sort_key, p_bounds)
    order by v.sort_key desc limit 1);
end
$$;

create or replace function catalog.find_dependency_cycle(p_package_id uuid, p_handle text, p_wanted jsonb) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  -- Far above what any install would follow, and so low that who walks to the end keeps others waiting for a moment only.
  c_most_versions constant integer := 2000;
  c_most_ranges constant integer := 5000;
  v_versions uuid[] := '{}';
  v_paths text[] := '{}';
  v_seen uuid[] := '{}';
  v_cycle text;
  v_depth integer := 0;
  v_range_count integer := 0;
  v_here integer;
begin
  -- The handles from the package round to itself, if its wanted dependencies, [{packageId, handle, bounds}], lead back
  -- to it when each range is resolved as of now; null when they do not. Breadth first, so it is a shortest way.
  if not exists (select from catalog.version_dependencies d where d.depends_on_id = p_package_id) then
    -- What nothing needs is in no circle; catalog.lock_dependencies sees to it that it stays so.
    return null;
  end if;
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
    if v_depth <= 100 and cardinality(v_seen) <= c_most_versions then
      -- Counted before any is resolved, which is what costs.
      select count(*) into v_here from (
        select distinct d.depends_on_id, d.bounds from unnest(v_versions) reached (version_id)
        join catalog.version_dependencies d on d.version_id = reached.version_id) named;
      v_range_count := v_range_count + v_here;
    end if;
    if v_depth > 100 or cardinality(v_seen) > c_most_versions or v_range_count > c_most_ranges then
      perform catalog.refuse('422', 'dependency_cycle', 'The dependencies of the dependencies go too deep.', 'dependencies');
    end if;
    select coalesce(array_agg(next.version_id), '{}'), coalesce(array_agg(next.path), '{}') into v_versions, v_paths
    from (
      select distinct on (found.id) found.id as version_id, named.path
      from (
        select d.depends_on_id, d.bounds, min(reached.path || ' ' || p.handle) as path
        from unnest(v_versions, v_paths) reached (version_id, path)
        join catalog.version_dependencies d on d.version_id = reached.version_id
        join catalog.packages p on p.id = d.depends_on_id
        group by d.depends_on_id, d.bounds) named
      cross join lateral (select catalog.resolve_version(named.depends_on_id, named.bounds) as id offset 0) found
      where found.id is not null and not found.id = any(v_seen)
      order by found.id, named.path) next;
  end loop;
  return null;
end
$$;
