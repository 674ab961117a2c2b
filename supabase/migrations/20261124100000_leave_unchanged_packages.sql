-- A package saved without a change got a new date that its listing row never heard of: the two disagreed.

create or replace function catalog.update_package(p_handle text, p_changes jsonb) returns jsonb
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
      perform catalog.refuse('422', 'validation_failed', format('There is no category "%s".', p_changes ->> 'category'), 'category');
    end if;
  end if;
  update catalog.packages set
    price_amount = coalesce((p_changes #>> '{price,amount}')::bigint, price_amount),
    category_id = coalesce(v_category_id, category_id),
    is_available = coalesce((p_changes ->> 'isAvailable')::boolean, is_available),
    is_featured = coalesce((p_changes ->> 'isFeatured')::boolean, is_featured),
    updated_at = now()
  -- Saved as it was, it was not updated, and its card keeps the day of its last change.
  where id = v_package.id and (
    coalesce((p_changes #>> '{price,amount}')::bigint, price_amount), coalesce(v_category_id, category_id),
    coalesce((p_changes ->> 'isAvailable')::boolean, is_available),
    coalesce((p_changes ->> 'isFeatured')::boolean, is_featured)
  ) is distinct from (price_amount, category_id, is_available, is_featured);
  return catalog.card(v_package.id);
end
$$;
