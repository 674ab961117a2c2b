-- Who may have a version's bytes, told apart from the bytes: caches ask the first alone.

create function catalog.version_access(p_handle text, p_version text)
returns table (outcome text, version_id uuid, sha256 bytea, size_bytes integer, price_amount bigint, yanked boolean,
  is_public boolean)
language sql stable security definer
set search_path = ''
as $$
  -- No row: nothing the caller may know of. Otherwise outcome says whether they may have its bytes: ok, unauthenticated
  -- (paid and nobody is signed in), payment_required (paid and not bought) or gone (deleted, only its number is left).
  -- is_public: everybody may.
  with target as (
    select p.id, p.price_amount, mine.is_mine, mine.is_entitled,
      p.price_amount = 0 and p.status = 'approved' and p.is_available and catalog.is_store_open(p.store_id) as is_public
    from catalog.packages p
    cross join lateral (select
      catalog.owns_store(p.store_id) or identity.is_operator() as is_mine,
      exists (select from commerce.entitlements e
              where e.package_id = p.id and e.user_id = (select auth.uid())) as is_entitled) mine
    where p.handle = p_handle
      and ((p.status = 'approved' and catalog.is_store_open(p.store_id) and (p.is_available or mine.is_entitled))
           or mine.is_mine)
  )
  select
    case
      when t.price_amount = 0 or t.is_mine or t.is_entitled then 'ok'
      when (select auth.uid()) is null then 'unauthenticated'
      else 'payment_required'
    end, v.id, v.sha256, v.size_bytes, t.price_amount, v.yanked_at is not null, t.is_public
  from target t join catalog.versions v on v.package_id = t.id and v.version = p_version
  union all
  select 'gone', null, null, null, t.price_amount, false, t.is_public
  from target t join catalog.version_tombstones g on g.package_id = t.id and g.version = p_version
$$;

create or replace function catalog.read_manifest(p_handle text, p_version text)
returns table (outcome text, sha256 text, size_bytes integer, yaml_content text, price_amount bigint, yanked boolean)
language sql stable security definer
set search_path = ''
as $$
  -- catalog.version_access with the bytes, for those who may have them.
  select a.outcome, encode(a.sha256, 'hex'), a.size_bytes, m.yaml_content, a.price_amount, a.yanked
  from catalog.version_access(p_handle, p_version) a
  left join catalog.manifests m on m.sha256 = a.sha256 and a.outcome = 'ok'
$$;

revoke execute on function catalog.version_access(text, text) from public;
grant execute on function catalog.version_access(text, text) to anon, authenticated, service_role;
