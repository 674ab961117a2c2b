-- A payment that a bank took back is told once to each side, and its buyer is not told that we paid: their bank did. The
-- right goes as by any refund, with its seat.

create function commerce.is_by_bank(p_step ledger.transitions) returns boolean
language sql immutable
set search_path = ''
as $$
  -- The buyer's bank decided it: the evidence names the bank's dispute.
  select p_step.actor_id is null and p_step.evidence ? 'dispute'
$$;

create function commerce.take_right(p_order commerce.orders) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- What an order gave goes, and its seat is free.
  -- As a purchase: who limits the seats counts this right or its return, never half of it.
  perform pg_advisory_xact_lock_shared(hashtextextended(p_order.handle, 7310));
  delete from commerce.entitlements e where e.user_id = p_order.buyer_id and e.package_id = p_order.package_id
    and e.order_id = p_order.id;
  update commerce.stocks k set sold = k.sold - 1 where k.package_id = p_order.package_id and k.sold > 0;
end
$$;

create or replace function commerce.follow_ledger(p_order commerce.orders) returns commerce.orders
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders;
begin
  -- The order says what the ledger says. A refunded one gives back its right, its seat and its place in the count.
  update commerce.orders o set status = ledger.status_of(o.transaction_id), updated_at = clock_timestamp()
  where o.id = p_order.id returning o.* into v_order;
  insert into commerce.events (kind, order_id, package_id, store_id, buyer_id, created_at)
  values ('order.' || v_order.status, v_order.id, v_order.package_id, v_order.seller_id, v_order.buyer_id,
    v_order.updated_at);
  if v_order.status = 'refunded' then
    perform commerce.take_right(v_order);
    perform commerce.count_sale(v_order.package_id, -1);
  end if;
  return v_order;
end
$$;

create or replace function payments.take_right_back(p_order_id uuid, p_evidence jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.lock_order(p_order_id);
  v_body text := 'Your bank gave you back what you paid for it.';
begin
  -- The bank gave the buyer the price of this order: the sale is undone, and whoever sold it is told as of any refund. One
  -- that was decided for the seller stands, and the buyer owes it; the right goes in either case.
  if v_order.status in ('settled', 'disputed') then
    v_order := commerce.refund_order_by(p_order_id, 'The buyer''s bank took the payment back.', p_evidence, null);
  elsif v_order.status = 'upheld' then
    -- Before the right, as a purchase does: the wallet is asked for the money next.
    perform ledger.lock_account('wallet', v_order.buyer_id, 'CRD');
    perform commerce.take_right(v_order);
    v_body := 'Your bank gave you back what you paid for it, but the sale stands: your wallet pays for it, or owes it.';
  else
    return;
  end if;
  perform identity.notify_person(v_order.buyer_id, 'payment.reversed', format('%s left your library', v_order.handle),
    '/orders/' || v_order.id, v_body);
end
$$;

create or replace function commerce.tell_of_refund() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_step ledger.transitions;
  v_user_id uuid;
begin
  -- Whoever refunds an order, and by whatever way, its buyer is told, and the store when it was not the store. What ends
  -- a dispute, and what a bank takes back, has words of its own for the buyer.
  select n.* into v_step from ledger.transitions n where n.transaction_id = new.transaction_id
  order by n.sequence desc limit 1;
  for v_user_id in
    select new.buyer_id where not commerce.is_by_bank(v_step)
    union select s.owner_id from catalog.stores s where s.id = new.seller_id
  loop
    if v_user_id is distinct from (select auth.uid()) then
      perform identity.notify_person(v_user_id, 'order.refunded', format(case when v_user_id = new.buyer_id
        then 'Your purchase of %s was refunded' else 'A sale of %s was refunded' end, new.handle),
        '/orders/' || new.id, v_step.reason);
    end if;
  end loop;
  return null;
end
$$;

create or replace function commerce.close_dispute() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_step ledger.transitions;
  v_side text;
begin
  -- However a disputed order ends (a decision, the seller's refund, withdrawal, time, the buyer's bank), its dispute ends
  -- with it.
  update commerce.disputes d set state = new.status::text, due_at = null,
    closed_at = date_trunc('milliseconds', clock_timestamp())
  where d.order_id = new.id and d.closed_at is null;
  if not found then
    return null;
  end if;
  select n.* into v_step from ledger.transitions n where n.transaction_id = new.transaction_id
  order by n.sequence desc limit 1;
  v_side := case when v_step.actor_id is null then 'system' when v_step.actor_id = new.buyer_id then 'buyer'
    when v_step.actor_id = (select auth.uid()) and commerce.selling_role(new.seller_id, new.package_id) = 'owner'
      then 'seller' else 'operator' end;
  insert into commerce.dispute_events (order_id, kind, side, actor_id, body)
  values (new.id, new.status::text, v_side, v_step.actor_id, left(v_step.reason, 4000));
  if new.status = 'refunded' then
    -- Whose bank decided is told of that by whoever follows the payment.
    if not commerce.is_by_bank(v_step) then
      perform commerce.tell_buyer(new, 'dispute.refunded', format('Your money for %s is back', new.handle), v_step.reason);
    end if;
    perform commerce.tell_sellers(new, 'dispute.refunded', format('%s was refunded', new.handle), v_step.reason);
  else
    perform commerce.tell_buyer(new, 'dispute.upheld', format('The sale of %s stands', new.handle), v_step.reason);
    perform commerce.tell_sellers(new, 'dispute.upheld', format('The sale of %s stands', new.handle), v_step.reason);
  end if;
  return null;
end
$$;

revoke execute on function commerce.is_by_bank(ledger.transitions), commerce.take_right(commerce.orders) from public;
