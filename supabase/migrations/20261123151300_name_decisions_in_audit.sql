-- The audit log calls each decision by its name: stores can be rejected and released, and what was in quarantine is
-- released wherever it goes back to.

create or replace function catalog.audit_store() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform identity.record_audit('store.open', new.slug, null,
      jsonb_build_object('name', new.name, 'status', new.status), new.owner_id);
    return null;
  end if;
  if new.status is distinct from old.status then
    perform identity.record_audit(
      case
        when old.status = 'suspended' then 'store.release'
        when new.status = 'approved' then 'store.approve'
        when new.status = 'suspended' then 'store.suspend'
        when new.status = 'rejected' then 'store.reject'
        else 'store.queue'
      end,
      new.slug, null, jsonb_build_object('from', old.status), new.owner_id);
  end if;
  if (new.name, new.description, new.owner_id) is distinct from (old.name, old.description, old.owner_id) then
    perform identity.record_audit('store.update', new.slug, null, jsonb_build_object('name', new.name), new.owner_id);
  end if;
  return null;
end
$$;

create or replace function catalog.audit_package() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_namespace text := split_part(new.handle, '/', 1);
  v_owner_id uuid := (select s.owner_id from catalog.stores s where s.id = new.store_id);
  v_category text := (select c.slug from catalog.categories c where c.id = new.category_id);
begin
  if new.status is distinct from old.status then
    perform identity.record_audit(
      case
        when old.status = 'quarantined' then 'package.release'
        when new.status = 'approved' then 'package.approve'
        when new.status = 'rejected' then 'package.reject'
        when new.status = 'quarantined' then 'package.quarantine'
        else 'package.queue'
      end,
      new.handle, v_namespace, jsonb_build_object('from', old.status), v_owner_id);
  end if;
  if (new.price_amount, new.category_id, new.is_available, new.is_featured)
     is distinct from (old.price_amount, old.category_id, old.is_available, old.is_featured) then
    perform identity.record_audit('package.update', new.handle, v_namespace, jsonb_build_object(
      'price', case when new.price_amount <> old.price_amount
        then jsonb_build_object('from', old.price_amount, 'to', new.price_amount) end,
      'category', case when new.category_id <> old.category_id then v_category end,
      'isAvailable', case when new.is_available <> old.is_available then new.is_available end,
      'isFeatured', case when new.is_featured <> old.is_featured then new.is_featured end), v_owner_id);
  end if;
  return null;
end
$$;
