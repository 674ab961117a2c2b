-- Deprecating leaves an entry in the audit log, in the same transaction.

create function catalog.audit_deprecation() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_handle text;
begin
  if tg_table_name = 'packages' then
    v_handle := new.handle;
    perform identity.record_audit(
      case when new.deprecated_at is null then 'package.undeprecate' else 'package.deprecate' end, v_handle,
      split_part(v_handle, '/', 1), jsonb_build_object('message', new.deprecation_message, 'useInstead', new.use_instead));
    return null;
  end if;
  select p.handle into v_handle from catalog.packages p where p.id = new.package_id;
  perform identity.record_audit(
    case when new.deprecated_at is null then 'version.undeprecate' else 'version.deprecate' end,
    v_handle || '@' || new.version, split_part(v_handle, '/', 1),
    jsonb_build_object('message', new.deprecation_message, 'useInstead', new.use_instead));
  return null;
end
$$;

create trigger audit_package_deprecation after update of deprecated_at, deprecation_message, use_instead on catalog.packages
  for each row when ((old.deprecation_message, old.use_instead) is distinct from (new.deprecation_message, new.use_instead))
  execute function catalog.audit_deprecation();
create trigger audit_version_deprecation after update of deprecated_at, deprecation_message, use_instead on catalog.versions
  for each row when ((old.deprecation_message, old.use_instead) is distinct from (new.deprecation_message, new.use_instead))
  execute function catalog.audit_deprecation();
revoke execute on function catalog.audit_deprecation() from public;
