-- A rebuild that only puts the search rows in order again reads no package anew: the rows of the listing are as they should be.

create function catalog.skip_build_packages() returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- The build under way, unless its packages' part has begun, leaves that part out.
  perform catalog.require_operator();
  update catalog.search_builds b set is_packages_done = true
  where b.finished_at is null and b.last_package_id is null and b.last_handle is null;
end
$$;
revoke execute on function catalog.skip_build_packages() from public;
grant execute on function catalog.skip_build_packages() to authenticated, service_role;
