-- What stands between a person and a package: its price today, whether they have it, what is in their wallet. One
-- statement for the page of a package and for the till.

create function commerce.read_offer(p_handle text) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
begin
  -- Null for what the caller may not know. Definer, because a wallet and a right are looked up in one statement with what
  -- is public.
  return (
    select jsonb_build_object(
      'handle', p.handle,
      'name', coalesce(nullif(p.display_name, ''), p.handle),
      'version', p.latest_version,
      'price', jsonb_build_object('amount', p.price_amount, 'currency', p.price_currency),
      'seller', jsonb_build_object('slug', s.slug, 'name', s.name),
      'isAvailable', shown.is_public and p.is_available,
      'seatsLeft', (select k.seats - k.sold from commerce.stocks k where k.package_id = p.id),
      'reportDays', extract(epoch from c.dispute_window)::bigint / 86400,
      'standing', case when v_user_id is null then 'signed-out' when e.user_id is not null then 'owned'
        when s.owner_id = v_user_id then 'own' else 'open' end,
      'orderId', e.order_id,
      'buyerId', v_user_id,
      'wallet', case when v_user_id is not null then jsonb_build_object('currency', 'CRD', 'amount', coalesce((
        select a.balance from ledger.accounts a
        where a.kind = 'wallet' and a.owner_id = v_user_id and a.currency = 'CRD' and a.stripe = 0), 0)) end)
    from catalog.packages p
    join catalog.stores s on s.id = p.store_id
    cross join commerce.settings c
    cross join lateral (
      select p.status = 'approved' and s.status = 'approved' and p.latest_version is not null as is_public) shown
    left join commerce.entitlements e on e.package_id = p.id and e.user_id = v_user_id
    where p.handle = p_handle
      and (shown.is_public or e.user_id is not null or s.owner_id = v_user_id or identity.is_operator()));
end
$$;
comment on function commerce.read_offer(text) is 'What buying a package would mean for the caller; anybody may ask.';

revoke execute on function commerce.read_offer(text) from public;
grant execute on function commerce.read_offer(text) to anon, authenticated;
