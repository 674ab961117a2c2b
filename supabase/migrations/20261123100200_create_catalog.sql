-- Categories, stores, namespaces, packages, immutable versions, tags, reviews, and counters kept apart from what they count.

create table catalog.categories (
  id smallint generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  description text not null default '',
  icon text not null,
  color text not null,
  display_order smallint not null default 0,
  is_active boolean not null default true
);
comment on table catalog.categories is 'The shelves of the marketplace. A package stands on exactly one.';

create table catalog.stores (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid unique references auth.users (id) on delete restrict,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) between 2 and 64),
  name text not null check (char_length(name) between 1 and 80),
  description text not null default '' check (char_length(description) <= 2000),
  product_type text not null default 'seller' check (product_type in ('house', 'seller')),
  status text not null default 'approved' check (status in ('pending', 'approved', 'suspended')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table catalog.stores is 'A seller''s shop window, one per person. A store without an owner is kept by the operators.';

create table catalog.namespaces (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (name ~ '^[a-z0-9]+([-_.][a-z0-9]+)*$' and char_length(name) <= 64),
  store_id uuid not null references catalog.stores (id) on delete restrict,
  created_at timestamptz not null default now()
);
comment on table catalog.namespaces is 'The first half of a handle. Names are lower case by check, hence unique whatever the case asked for.';
create index namespaces_by_store on catalog.namespaces (store_id);

create table catalog.packages (
  id uuid primary key default gen_random_uuid(),
  namespace_id uuid not null references catalog.namespaces (id) on delete restrict,
  store_id uuid not null references catalog.stores (id) on delete restrict,
  category_id smallint not null references catalog.categories (id),
  handle text not null unique,
  name text not null check (name ~ '^[a-z0-9]+([-_.][a-z0-9]+)*$' and char_length(name) <= 64),
  kind text not null check (kind in ('agent', 'app', 'prompt', 'mcp-server')),
  display_name text not null default '',
  summary text not null default '',
  license text,
  homepage text,
  repository text,
  readme text,
  icon_url text,
  capabilities text[] not null default '{}',
  price_amount bigint not null default 0 check (price_amount between 0 and 100000000),
  price_currency text not null default 'USD' check (price_currency in ('USD')),
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'quarantined')),
  is_available boolean not null default true,
  is_featured boolean not null default false,
  latest_version text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (namespace_id, name)
);
comment on table catalog.packages is 'What the latest version says of itself, and what its seller and the operator decided about it.';
create index packages_by_store on catalog.packages (store_id, created_at desc);
-- The two S1 listing predicates: what is on the shelf, and what waits for the operator.
create index packages_listed_by_category on catalog.packages (category_id, updated_at desc)
  where is_available and status = 'approved';
create index packages_awaiting_approval on catalog.packages (created_at) where status = 'pending';

create table catalog.manifests (
  sha256 bytea primary key check (octet_length(sha256) = 32),
  yaml_content text not null,
  size_bytes integer not null check (size_bytes > 0),
  created_at timestamptz not null default now(),
  check (octet_length(yaml_content) = size_bytes)
);
comment on table catalog.manifests is 'The exact bytes of every manifest, stored once by hash. Read only through catalog.read_manifest, which knows who has paid.';

create table catalog.versions (
  id uuid primary key default gen_random_uuid(),
  package_id uuid not null references catalog.packages (id) on delete restrict,
  version text not null check (char_length(version) between 5 and 128),
  sort_key text collate "C" not null,
  is_prerelease boolean not null,
  sha256 bytea not null references catalog.manifests (sha256),
  size_bytes integer not null,
  metadata jsonb not null,
  dependencies jsonb not null default '{}',
  auto_tags text[] not null default '{}',
  published_by uuid references auth.users (id) on delete set null,
  yanked_at timestamptz,
  yank_reason text,
  created_at timestamptz not null default now(),
  unique (package_id, version)
);
comment on table catalog.versions is 'Immutable once inserted, apart from the yank. sort_key orders by semver precedence under collate C.';
create index versions_newest_first on catalog.versions (package_id, sort_key desc);
create index versions_by_manifest on catalog.versions (sha256);
create index versions_by_publisher on catalog.versions (published_by);

create function catalog.forbid_version_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Not even the service may alter what was published: only the yank and the vanished publisher may change.
  if (new.id, new.package_id, new.version, new.sort_key, new.is_prerelease, new.sha256, new.size_bytes, new.metadata,
      new.dependencies, new.auto_tags, new.created_at)
     is distinct from
     (old.id, old.package_id, old.version, old.sort_key, old.is_prerelease, old.sha256, old.size_bytes, old.metadata,
      old.dependencies, old.auto_tags, old.created_at) then
    raise exception 'A published version cannot be changed.' using errcode = 'SK409', detail = 'version_exists';
  end if;
  return new;
end
$$;
create trigger forbid_version_rewrite before update on catalog.versions
  for each row execute function catalog.forbid_version_rewrite();

create function catalog.forbid_manifest_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'Stored manifests cannot be changed.' using errcode = 'SK409', detail = 'version_exists';
end
$$;
create trigger forbid_manifest_rewrite before update on catalog.manifests
  for each row execute function catalog.forbid_manifest_rewrite();

create table catalog.package_tags (
  package_id uuid not null references catalog.packages (id) on delete cascade,
  key text not null check (key ~ '^[a-z0-9-]{1,32}$'),
  value text not null check (char_length(value) between 1 and 64),
  source text not null check (source in ('author', 'manual', 'auto')),
  primary key (package_id, key, value)
);
comment on table catalog.package_tags is 'key:value tags with where they came from. Author and auto tags follow the latest version.';
create index package_tags_by_value on catalog.package_tags (key, value);

create table catalog.reviews (
  id uuid primary key default gen_random_uuid(),
  package_id uuid not null references catalog.packages (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  rating smallint not null check (rating between 1 and 5),
  body text not null default '' check (char_length(body) <= 4000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (package_id, user_id)
);
comment on table catalog.reviews is 'One review a person and package. Written through catalog.review_package, which keeps the rating in step.';
create index reviews_newest_first on catalog.reviews (package_id, created_at desc);
create index reviews_by_user on catalog.reviews (user_id);

create table catalog.package_stats (
  package_id uuid primary key references catalog.packages (id) on delete cascade,
  sold_count bigint not null default 0 check (sold_count >= 0),
  view_count bigint not null default 0 check (view_count >= 0),
  download_count bigint not null default 0 check (download_count >= 0),
  rating_sum bigint not null default 0,
  rating_count integer not null default 0
) with (fillfactor = 70);
comment on table catalog.package_stats is 'Counters, apart from the package so that counting never contends with reading or publishing it.';

create table catalog.view_refreshes (
  id bigint generated always as identity primary key,
  started_at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  refreshed_views text[] not null
);
comment on table catalog.view_refreshes is 'When the materialized views were last refreshed and how long it took.';
create index view_refreshes_newest_first on catalog.view_refreshes (started_at desc);

create table commerce.entitlements (
  user_id uuid not null references auth.users (id) on delete cascade,
  package_id uuid not null references catalog.packages (id) on delete restrict,
  source text not null check (source in ('free', 'purchase', 'grant')),
  granted_at timestamptz not null default now(),
  primary key (user_id, package_id)
);
comment on table commerce.entitlements is 'The right to a package. Written by the service only.';
create index entitlements_by_package on commerce.entitlements (package_id);

create table catalog.marketplace_catalog_rows (
  registry_id text not null default 'local',
  handle text not null,
  package_id uuid unique references catalog.packages (id) on delete cascade,
  entry jsonb not null,
  display_name text not null,
  kind text not null,
  product_type text not null,
  category_slug text not null,
  store_slug text,
  registry_url text,
  price_amount bigint not null,
  tags text[] not null default '{}',
  rating_average real not null default 0,
  sold_count bigint not null default 0,
  view_count bigint not null default 0,
  download_count bigint not null default 0,
  hot_score double precision not null default 0,
  is_featured boolean not null default false,
  search tsvector not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (registry_id, handle)
);
comment on table catalog.marketplace_catalog_rows is 'The listing index: one row per entry on the shelf, entry being its card. Unlisted packages have no row.';
create index catalog_rows_hot on catalog.marketplace_catalog_rows (hot_score desc, handle);
create index catalog_rows_new on catalog.marketplace_catalog_rows (created_at desc, handle);
create index catalog_rows_house_by_category on catalog.marketplace_catalog_rows (category_slug, sold_count desc)
  where product_type = 'house';
create index catalog_rows_seller_by_category on catalog.marketplace_catalog_rows (category_slug, sold_count desc)
  where product_type = 'seller';
create index catalog_rows_by_store on catalog.marketplace_catalog_rows (store_slug, hot_score desc);
create index catalog_rows_featured on catalog.marketplace_catalog_rows (hot_score desc) where is_featured;
create index catalog_rows_search on catalog.marketplace_catalog_rows using gin (search);
create index catalog_rows_tags on catalog.marketplace_catalog_rows using gin (tags);
create index catalog_rows_handle_trigrams on catalog.marketplace_catalog_rows
  using gin (handle extensions.gin_trgm_ops);
