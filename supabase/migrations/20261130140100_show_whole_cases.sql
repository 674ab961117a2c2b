-- Operators judge all of a package: the files beside each manifest, and what was deleted before.

create or replace function catalog.package_case(p_handle text) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- One package with its history, its versions with their files, and the numbers of deleted ones; null when there is none.
  -- Operators only.
  perform catalog.require_operator();
  return (
    select catalog.with_version_files(catalog.package_dossier(p.id) || jsonb_build_object(
      'decisions', catalog.decisions_about(p.id, null),
      'versions', catalog.package_versions(p.id), 'deletedVersions', catalog.deleted_versions(p.id)))
    from catalog.packages p where p.handle = p_handle);
end
$$;
