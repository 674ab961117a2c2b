-- What must be atomic when selling and publishing: opening a store, claiming a namespace, publishing a version,
-- changing price or shelf, reviewing. Refusals carry SQLSTATE SK + HTTP status, with the problem code in DETAIL and
-- the input at fault, if one is, in HINT.

create function catalog.refuse(p_status text, p_code text, p_message text, p_path text default '') returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception '%', p_message using errcode = 'SK' || p_status, detail = p_code, hint = p_path;
end
$$;

create function catalog.open_store(p_slug text, p_name text, p_description text, p_approval text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_store catalog.stores;
begin
  -- Opens the caller's one store; under manual approval it waits for the operator.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in to open a store.');
  end if;
  if exists (select from catalog.stores s where s.owner_id = v_user_id) then
    perform catalog.refuse('409', 'store_exists', 'You already have a store.');
  end if;
  begin
    insert into catalog.stores (owner_id, slug, name, description, status)
    values (v_user_id, p_slug, p_name, coalesce(p_description, ''),
      case when p_approval = 'manual' then 'pending' else 'approved' end)
    returning * into v_store;
  exception when unique_violation then
    if exists (select from catalog.stores s where s.owner_id = v_user_id) then
      perform catalog.refuse('409', 'store_exists', 'You already have a store.');
    end if;
    perform catalog.refuse('409', 'name_taken', format('The store address "%s" is taken.', p_slug));
  end;
  return jsonb_build_object('slug', v_store.slug, 'name', v_store.name, 'description', v_store.description,
    'status', v_store.status, 'createdAt', to_char(v_store.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
end
$$;

create function catalog.claim_namespace(p_name text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_store catalog.stores;
  v_created_at timestamptz;
begin
  -- Gives a free namespace to the caller's store.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in to claim a namespace.');
  end if;
  select * into v_store from catalog.stores s where s.owner_id = v_user_id;
  if v_store.id is null then
    perform catalog.refuse('409', 'store_required', 'Open a store before you claim a namespace.');
  end if;
  if v_store.status = 'suspended' then
    perform catalog.refuse('403', 'store_suspended', 'This store is suspended and cannot claim namespaces.');
  end if;
  insert into catalog.namespaces (name, store_id) values (p_name, v_store.id)
  on conflict (name) do nothing
  returning created_at into v_created_at;
  if v_created_at is null then
    perform catalog.refuse('409', 'name_taken', format('The namespace "%s" is taken.', p_name));
  end if;
  return jsonb_build_object('name', p_name, 'store', jsonb_build_object('slug', v_store.slug, 'name', v_store.name),
    'createdAt', to_char(v_created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
end
$$;

create function catalog.publish_version(p_manifest jsonb, p_yaml text, p_release jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_handle text := p_manifest ->> 'id';
  v_namespace_id uuid;
  v_store catalog.stores;
  v_package catalog.packages;
  v_category_id smallint;
  v_sha256 bytea := sha256(convert_to(p_yaml, 'UTF8'));
  v_version catalog.versions;
begin
  -- Publishes one version, all or nothing. p_manifest is the validated manifest and p_yaml its exact text;
  -- p_release is {sortKey, isPrerelease, approval, category?, autoTags?, scopes?}. scopes are those of an API token.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in or send an API token to publish.');
  end if;
  select n.id into v_namespace_id from catalog.namespaces n
  where n.name = split_part(v_handle, '/', 1) and catalog.owns_store(n.store_id);
  if v_namespace_id is null then
    perform catalog.refuse('403', 'namespace_not_owned',
      format('The namespace "%s" is not yours. Claim it, or publish under one that is.', split_part(v_handle, '/', 1)));
  end if;
  select s.* into v_store from catalog.stores s
  join catalog.namespaces n on n.store_id = s.id where n.id = v_namespace_id;
  if v_store.status = 'suspended' then
    perform catalog.refuse('403', 'store_suspended', 'This store is suspended and cannot publish.');
  end if;

  select c.id into v_category_id from catalog.categories c
  where c.slug = coalesce(p_release ->> 'category', 'other') and c.is_active;
  if v_category_id is null then
    perform catalog.refuse('422', 'validation_failed', format('There is no category \"%s\".', p_release ->> 'category'), 'category');
  end if;

  if not exists (select from catalog.packages p where p.handle = v_handle) then
    if p_release ? 'scopes' and not p_release -> 'scopes' ? 'publish:new' then
      perform catalog.refuse('403', 'insufficient_scope', 'This token may not publish new packages.');
    end if;
    insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, status)
    values (v_namespace_id, v_store.id, v_category_id, v_handle, split_part(v_handle, '/', 2), p_manifest ->> 'kind',
      case when v_store.status = 'approved' and p_release ->> 'approval' = 'auto' then 'approved' else 'pending' end)
    on conflict do nothing;
  elsif p_release ? 'scopes' and not p_release -> 'scopes' ? 'publish:update' then
    perform catalog.refuse('403', 'insufficient_scope', 'This token may not publish new versions of a package.');
  end if;

  select p.* into v_package from catalog.packages p where p.handle = v_handle for no key update;
  if v_package.kind <> p_manifest ->> 'kind' then
    perform catalog.refuse('422', 'kind_changed',
      format('%s is of kind %s; a version cannot change that.', v_handle, v_package.kind));
  end if;

  insert into catalog.manifests (sha256, yaml_content, size_bytes)
  values (v_sha256, p_yaml, octet_length(p_yaml))
  on conflict (sha256) do nothing;
  insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata,
    dependencies, auto_tags, published_by)
  values (v_package.id, p_manifest ->> 'version', p_release ->> 'sortKey', (p_release ->> 'isPrerelease')::boolean,
    v_sha256, octet_length(p_yaml), p_manifest -> 'metadata', coalesce(p_manifest -> 'dependencies', '{}'),
    array(select jsonb_array_elements_text(coalesce(p_release -> 'autoTags', '[]'))), v_user_id)
  on conflict (package_id, version) do nothing
  returning * into v_version;
  if v_version.id is null then
    perform catalog.refuse('409', 'version_exists',
      format('%s@%s is already published; a version never changes.', v_handle, p_manifest ->> 'version'));
  end if;

  if p_release ? 'category' and v_package.category_id <> v_category_id then
    update catalog.packages set category_id = v_category_id where id = v_package.id;
  end if;
  perform catalog.refresh_latest(v_package.id);
  insert into catalog.package_stats (package_id) values (v_package.id) on conflict do nothing;
  perform catalog.index_package(v_package.id);

  return jsonb_build_object(
    'packageId', v_package.id,
    'package', catalog.card(v_package.id) || jsonb_build_object('status', v_package.status),
    'version', jsonb_build_object('version', v_version.version, 'sha256', encode(v_sha256, 'hex'),
      'sizeBytes', v_version.size_bytes, 'yanked', false, 'isPrerelease', v_version.is_prerelease,
      'createdAt', to_char(v_version.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
end
$$;

create function catalog.update_package(p_handle text, p_changes jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package catalog.packages;
  v_category_id smallint;
begin
  -- Changes {price?, category?, isAvailable?} by the store's owner, and {isFeatured?} by an operator.
  -- A package that the caller does not own is answered like one that is not there.
  select p.* into v_package from catalog.packages p
  where p.handle = p_handle and (catalog.owns_store(p.store_id) or identity.is_operator())
  for no key update;
  if v_package.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  if not identity.is_operator()
     and exists (select from catalog.stores s where s.id = v_package.store_id and s.status = 'suspended') then
    perform catalog.refuse('403', 'store_suspended', 'This store is suspended: its packages cannot be changed.');
  end if;
  if p_changes ? 'isFeatured' and not identity.is_operator() then
    perform catalog.refuse('403', 'forbidden', 'Only an operator features packages.');
  end if;
  if p_changes ? 'category' then
    select c.id into v_category_id from catalog.categories c where c.slug = p_changes ->> 'category' and c.is_active;
    if v_category_id is null then
      perform catalog.refuse('422', 'validation_failed', format('There is no category \"%s\".', p_changes ->> 'category'), 'category');
    end if;
  end if;
  update catalog.packages set
    price_amount = coalesce((p_changes #>> '{price,amount}')::bigint, price_amount),
    category_id = coalesce(v_category_id, category_id),
    is_available = coalesce((p_changes ->> 'isAvailable')::boolean, is_available),
    is_featured = coalesce((p_changes ->> 'isFeatured')::boolean, is_featured),
    updated_at = now()
  where id = v_package.id;
  return catalog.card(v_package.id);
end
$$;

create function catalog.review_package(p_handle text, p_rating smallint, p_body text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_package catalog.packages;
begin
  -- Writes or replaces the caller's review of a listed package and keeps the sum and count of its ratings.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in to review a package.');
  end if;
  select p.* into v_package from catalog.packages p
  where p.handle = p_handle and p.status = 'approved' and p.is_available and catalog.is_store_open(p.store_id);
  if v_package.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  if exists (select from catalog.stores s where s.id = v_package.store_id and s.owner_id = v_user_id) then
    perform catalog.refuse('403', 'own_package', 'You cannot review your own package.');
  end if;
  if v_package.price_amount > 0 and not exists (
    select from commerce.entitlements e where e.user_id = v_user_id and e.package_id = v_package.id) then
    perform catalog.refuse('402', 'payment_required', 'Buy this package before you review it.');
  end if;
  insert into catalog.package_stats (package_id) values (v_package.id) on conflict do nothing;
  perform from catalog.package_stats st where st.package_id = v_package.id for update;
  insert into catalog.reviews as r (package_id, user_id, rating, body)
  values (v_package.id, v_user_id, p_rating, coalesce(p_body, ''))
  on conflict (package_id, user_id) do update
    set rating = excluded.rating, body = excluded.body, updated_at = now();
  return jsonb_build_object('handle', p_handle, 'rating', p_rating, 'body', coalesce(p_body, ''));
end
$$;

create function catalog.count_rating() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid := coalesce(new.package_id, old.package_id);
begin
  -- Keeps sum and count in step with every review written, changed or deleted, by whatever path.
  update catalog.package_stats st set
    rating_sum = st.rating_sum + coalesce(new.rating, 0) - coalesce(old.rating, 0),
    rating_count = st.rating_count + (new.id is not null)::int - (old.id is not null)::int
  where st.package_id = v_package_id;
  perform catalog.index_package(v_package_id);
  return null;
end
$$;
create trigger count_rating after insert or update or delete on catalog.reviews
  for each row execute function catalog.count_rating();

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.open_store(text, text, text, text), catalog.claim_namespace(text),
  catalog.publish_version(jsonb, text, jsonb), catalog.update_package(text, jsonb),
  catalog.review_package(text, smallint, text) to authenticated;
