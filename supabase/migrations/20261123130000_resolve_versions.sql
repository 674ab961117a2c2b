-- Semantic versions in SQL: their order, and which version a range means. lib/kernel/semver.ts says the same in
-- TypeScript; one table of cases holds both to it.

create function catalog.version_sort_key(p_version text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  c_identifier constant text := '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
  v_parts text[];
  v_numbers text[];
  v_part text;
  v_key text := '';
begin
  -- A text that orders by semver precedence under collate "C"; null for what is no version. Numbers carry their length
  -- first ('a' is one digit), a release ends in '~' above every prerelease, build metadata follows after a blank.
  if char_length(p_version) > 128 then
    return null;
  end if;
  v_parts := regexp_match(p_version, '^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)'
    || '(?:-(' || c_identifier || '(?:\.' || c_identifier || ')*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$');
  if v_parts is null then
    return null;
  end if;
  v_numbers := v_parts[1:3] || array(
    select part from unnest(string_to_array(v_parts[4], '.')) part where part ~ '^[0-9]+$');
  -- Numbers that JavaScript cannot hold exactly are refused on either side.
  if exists (select from unnest(v_numbers) part where char_length(part) > 16 or part::numeric > 9007199254740991) then
    return null;
  end if;
  foreach v_part in array v_parts[1:3] loop
    v_key := v_key || chr(96 + char_length(v_part)) || v_part;
  end loop;
  v_key := v_key || case when v_parts[4] is null then '~' else '-' end;
  foreach v_part in array coalesce(string_to_array(v_parts[4], '.'), '{}') loop
    v_key := v_key || case when v_part ~ '^[0-9]+$' then '0' || chr(96 + char_length(v_part)) || v_part
      else '1' || v_part || '!' end;
  end loop;
  return v_key || coalesce(' ' || v_parts[5], '');
end
$$;

create function catalog.satisfies_range(p_sort_key text, p_bounds jsonb) returns boolean
language sql immutable
set search_path = ''
as $$
  -- p_bounds is RangeBounds of lib/kernel/semver.ts: alternatives, each a list of [operator, sort key] that must all hold.
  -- A prerelease is only meant by an alternative that names a prerelease of the same release.
  select exists (
    select from jsonb_array_elements(p_bounds) a (alternative)
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
        where b.bound ->> 1 like split_part(version.precedence, '-', 1) || '-%')))
  from (select split_part(p_sort_key, ' ', 1) collate "C" as precedence) version
$$;

create function catalog.resolve_version(p_package_id uuid, p_bounds jsonb) returns uuid
language sql stable
set search_path = ''
as $$
  -- The version that the bounds mean, as the caller may see them; null (SQL's or JSON's) bounds are those of `latest`.
  -- Only one that is named exactly is found although it was yanked: a lock on it must keep working.
  select v.id
  from catalog.versions v
  where v.package_id = p_package_id
    and (v.yanked_at is null or p_bounds @> '[[["=="]]]')
    and (coalesce(jsonb_typeof(p_bounds), 'null') = 'null' or catalog.satisfies_range(v.sort_key, p_bounds))
  order by case when coalesce(jsonb_typeof(p_bounds), 'null') = 'null' then v.is_prerelease else false end,
    v.sort_key desc
  limit 1
$$;

revoke execute on function catalog.version_sort_key(text), catalog.satisfies_range(text, jsonb),
  catalog.resolve_version(uuid, jsonb) from public;
grant execute on function catalog.version_sort_key(text), catalog.satisfies_range(text, jsonb),
  catalog.resolve_version(uuid, jsonb) to anon, authenticated, service_role;
