-- Private schemas, one per feature, and the extensions they lean on. Nothing here is exposed over REST.
create schema if not exists extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists btree_gin with schema extensions;

create schema identity;
create schema catalog;
create schema commerce;

comment on schema identity is 'People, their profiles and API tokens.';
comment on schema catalog is 'Stores, namespaces, packages, versions and the listing index.';
comment on schema commerce is 'Who has a right to what they bought.';

grant usage on schema identity, catalog, commerce to anon, authenticated, service_role;
grant usage on schema extensions to anon, authenticated, service_role;
