-- One registry is one registry, however its address is written: rows hold it as lib/search/rules.ts asks for it.

create function catalog.normal_registry_url(p_url text) returns text
language plpgsql immutable strict
set search_path = ''
as $$
declare
  v_parts text[] := regexp_match(btrim(p_url),
    '^(?:([a-z][a-z0-9+.-]*)://)?(?:[^/?#@]*@)?(\[[^]/?#]*\]|[^/?#:]*)(?::0*([0-9]+))?([^?#]*)', 'i');
  v_scheme text := lower(coalesce(v_parts[1], 'https'));
begin
  -- Scheme and host in lower case, without the scheme's own port, without user, query, fragment and closing slashes.
  -- A path keeps its case, for it may matter.
  return v_scheme || '://' || lower(v_parts[2])
    || case when (v_scheme, v_parts[3]) in (('https', '443'), ('http', '80')) then '' else coalesce(':' || v_parts[3], '') end
    || regexp_replace(v_parts[4], '/+$', '');
end
$$;

create function catalog.normalise_registry() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.registry_url := catalog.normal_registry_url(new.registry_url);
  return new;
end
$$;
create trigger normalise_registry before insert or update of registry_url on catalog.marketplace_catalog_rows
  for each row when (new.registry_url is not null) execute function catalog.normalise_registry();

update catalog.marketplace_catalog_rows set registry_url = catalog.normal_registry_url(registry_url)
where registry_url <> catalog.normal_registry_url(registry_url);

revoke execute on all functions in schema catalog from public;
