-- Row level security and explicit grants for everything in catalog and commerce.

alter table catalog.categories enable row level security;
alter table catalog.stores enable row level security;
alter table catalog.namespaces enable row level security;
alter table catalog.packages enable row level security;
alter table catalog.manifests enable row level security;
alter table catalog.versions enable row level security;
alter table catalog.package_tags enable row level security;
alter table catalog.reviews enable row level security;
alter table catalog.package_stats enable row level security;
alter table catalog.view_refreshes enable row level security;
alter table catalog.marketplace_catalog_rows enable row level security;
alter table commerce.entitlements enable row level security;

create function catalog.owns_store(p_store_id uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$
  -- Definer, because policies on stores and packages would otherwise call each other in a circle.
  select exists (
    select from catalog.stores s
    where s.id = p_store_id
      and (s.owner_id = (select auth.uid()) or (s.owner_id is null and identity.is_operator()))
  )
$$;

create function catalog.is_store_open(p_store_id uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (select from catalog.stores s where s.id = p_store_id and s.status = 'approved')
$$;

create policy categories_select_everyone on catalog.categories for select to anon, authenticated using (is_active);

create policy stores_select_open on catalog.stores for select to anon, authenticated using (status = 'approved');
create policy stores_select_own on catalog.stores for select to authenticated using (owner_id = (select auth.uid()));
create policy stores_select_operator on catalog.stores for select to authenticated
  using ((select identity.is_operator()));
create policy stores_update_own on catalog.stores for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));

create policy namespaces_select_everyone on catalog.namespaces for select to anon, authenticated using (true);

create policy packages_select_listed on catalog.packages for select to anon, authenticated
  using (status = 'approved' and is_available and catalog.is_store_open(store_id));
create policy packages_select_own on catalog.packages for select to authenticated
  using (store_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
-- A buyer keeps what they bought when its seller takes it off the shelf.
create policy packages_select_entitled on catalog.packages for select to authenticated
  using (status = 'approved' and catalog.is_store_open(store_id) and exists (
    select from commerce.entitlements e where e.package_id = id and e.user_id = (select auth.uid())));
create policy packages_select_operator on catalog.packages for select to authenticated
  using ((select identity.is_operator()));

-- A version, a tag, a counter or a review is visible with its package: the inner select obeys the policies above.
create policy versions_select_with_package on catalog.versions for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
create policy package_tags_select_with_package on catalog.package_tags for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
create policy package_stats_select_with_package on catalog.package_stats for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
create policy reviews_select_with_package on catalog.reviews for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
create policy reviews_delete_own on catalog.reviews for delete to authenticated
  using (user_id = (select auth.uid()));

create policy view_refreshes_select_operator on catalog.view_refreshes for select to authenticated
  using ((select identity.is_operator()));
create policy catalog_rows_select_everyone on catalog.marketplace_catalog_rows for select to anon, authenticated
  using (true);

create policy entitlements_select_own on commerce.entitlements for select to authenticated
  using (user_id = (select auth.uid()));
create policy entitlements_select_operator on commerce.entitlements for select to authenticated
  using ((select identity.is_operator()));

grant select on catalog.categories, catalog.namespaces, catalog.packages, catalog.package_tags,
  catalog.package_stats, catalog.reviews, catalog.marketplace_catalog_rows to anon, authenticated;
grant select (id, slug, name, description, product_type, status, created_at, updated_at) on catalog.stores
  to anon;
grant select on catalog.stores to authenticated;
grant select (id, package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata, dependencies,
  yanked_at, yank_reason, created_at) on catalog.versions to anon, authenticated;
grant update (name, description, updated_at) on catalog.stores to authenticated;
grant delete on catalog.reviews to authenticated;
grant select on catalog.view_refreshes, commerce.entitlements to authenticated;
grant select, insert, update, delete on all tables in schema catalog to service_role;
grant select, insert, update, delete on all tables in schema commerce to service_role;
-- What was published stays: not even the service deletes a version or touches stored bytes.
revoke delete on catalog.versions from service_role;
revoke update, delete on catalog.manifests from service_role;
revoke update on catalog.versions from service_role;
grant update (yanked_at, yank_reason) on catalog.versions to service_role;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.owns_store(uuid), catalog.is_store_open(uuid) to anon, authenticated, service_role;
