-- Giving a namespace away: not out of a store in quarantine, and to its new owner alone. Stores' addresses are kept apart
-- from look-alikes as namespaces are.

create function catalog.similar_namespace(p_name text, p_store_id uuid) returns text
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- A namespace of another store that looks like this name, or null.
  return (
    select n.name from catalog.namespaces n
    where catalog.name_skeleton(n.name) = catalog.name_skeleton(p_name) and n.name <> p_name and n.store_id <> p_store_id
    order by n.created_at limit 1);
end
$$;

create function catalog.refuse_similar_namespace(p_name text, p_store_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_similar text;
begin
  -- Two who take look-alikes at once come one after the other, and the second sees the first.
  perform pg_advisory_xact_lock(hashtextextended('namespace ' || catalog.name_skeleton(p_name), 0));
  v_similar := catalog.similar_namespace(p_name, p_store_id);
  if v_similar is not null then
    perform catalog.refuse('409', 'name_taken', format('"%s" looks too much like "%s", which belongs to another store: '
      'people could mistake one for the other. Choose a name that differs in more than look-alike characters.',
      p_name, v_similar), 'name');
  end if;
end
$$;

create or replace function catalog.claim_namespace(p_name text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_store catalog.stores;
  v_created_at timestamptz;
begin
  -- Gives a free namespace to the caller's store, unless it looks like one of another store.
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
  perform catalog.refuse_similar_namespace(p_name, v_store.id);
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

create function catalog.claim_namespace_for(p_name text, p_store_slug text) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_store_id uuid := (select s.id from catalog.stores s where s.slug = p_store_slug);
begin
  -- Gives a free namespace to any store, under the same check. For the service, which brings an old marketplace over.
  perform catalog.refuse_similar_namespace(p_name, v_store_id);
  insert into catalog.namespaces (name, store_id) values (p_name, v_store_id) on conflict (name) do nothing;
end
$$;

create or replace function catalog.open_store(p_slug text, p_name text, p_description text, p_approval text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_store catalog.stores;
  v_similar text;
begin
  -- Opens the caller's one store, unless its address looks like another's; under manual approval it waits for the operator.
  if v_user_id is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in to open a store.');
  end if;
  if exists (select from catalog.stores s where s.owner_id = v_user_id) then
    perform catalog.refuse('409', 'store_exists', 'You already have a store.');
  end if;
  -- Two who open look-alikes at once come one after the other, and the second sees the first.
  perform pg_advisory_xact_lock(hashtextextended('store ' || catalog.name_skeleton(p_slug), 0));
  select s.slug into v_similar from catalog.stores s
  where catalog.name_skeleton(s.slug) = catalog.name_skeleton(p_slug) and s.slug <> p_slug
    and not exists (select from catalog.stores same where same.slug = p_slug)
  order by s.created_at limit 1;
  if v_similar is not null then
    perform catalog.refuse('409', 'name_taken', format('"%s" looks too much like "%s", the address of another store: '
      'people could mistake one for the other. Choose an address that differs in more than look-alike characters.',
      p_slug, v_similar), 'slug');
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

create function catalog.refuse_gift_of_closed_store(p_store_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_status text;
begin
  -- What an operator took off the shelf with a store does not come back by changing hands. Shared lock: the decision that
  -- closes the store comes wholly before the transfer or wholly after it.
  select s.status into v_status from catalog.stores s where s.id = p_store_id for share;
  if v_status in ('suspended', 'rejected') then
    perform catalog.refuse('403', 'store_suspended',
      'The store that this namespace belongs to is closed by the operators: nothing in it changes hands.');
  end if;
end
$$;

create or replace function catalog.offer_namespace(p_name text, p_kind text, p_to text, p_role text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_namespace catalog.namespaces := catalog.own_namespace(p_name, 'owner');
  v_to text := lower(btrim(p_to));
  v_user_id uuid;
  v_known_id uuid;
  v_offer catalog.namespace_offers;
begin
  -- Invites a member or offers the namespace to another store; `p_to` is an address or the slug of a store. The answer is
  -- the same whether or not an address has an account.
  if p_kind = 'transfer' then
    if not catalog.owns_store(v_namespace.store_id) then
      perform catalog.refuse('403', 'forbidden', 'Only the owner of its store gives a namespace away.');
    end if;
    perform catalog.refuse_gift_of_closed_store(v_namespace.store_id);
  end if;
  if position('@' in v_to) > 0 then
    select u.id into v_known_id from auth.users u where lower(u.email) = v_to;
  else
    select s.owner_id into v_user_id from catalog.stores s where s.slug = v_to and s.status = 'approved';
    if v_user_id is null then
      perform catalog.refuse('422', 'validation_failed', format('There is no store "%s".', v_to), 'to');
    end if;
    v_known_id := v_user_id;
  end if;
  if v_known_id = (select auth.uid()) then
    perform catalog.refuse('422', 'validation_failed', 'That is you.', 'to');
  end if;
  if p_kind = 'member' and v_user_id is not null and (
    exists (select from catalog.namespace_members m where m.namespace_id = v_namespace.id and m.user_id = v_user_id)
    or exists (select from catalog.stores s where s.id = v_namespace.store_id and s.owner_id = v_user_id)) then
    perform catalog.refuse('409', 'conflict', 'They look after this namespace already.', 'to');
  end if;
  if exists (select from catalog.namespace_offers o where o.namespace_id = v_namespace.id and o.outcome is null
      and o.expires_at > now() and (o.kind = 'transfer' and p_kind = 'transfer'
        or o.kind = p_kind and (o.to_email = v_to or o.to_user_id = v_user_id))) then
    perform catalog.refuse('409', 'conflict', 'Such an offer is open already: withdraw it first.', 'to');
  end if;
  if (select count(*) from catalog.namespace_offers o where o.namespace_id = v_namespace.id and o.outcome is null
      and o.expires_at > now()) >= 50 then
    perform catalog.refuse('409', 'conflict', 'Too many offers are open: withdraw some first.');
  end if;
  insert into catalog.namespace_offers (namespace_id, kind, role, to_user_id, to_email, to_name, created_by)
  values (v_namespace.id, p_kind, p_role, v_user_id, case when v_user_id is null then v_to end, v_to, (select auth.uid()))
  returning * into v_offer;
  perform identity.record_audit(case p_kind when 'member' then 'namespace.invite' else 'namespace.offer' end, p_name, p_name,
    jsonb_build_object('to', v_to, 'role', p_role), v_known_id);
  perform identity.notify_person(v_known_id, case p_kind when 'member' then 'namespace.invited' else 'namespace.offered' end,
    case p_kind when 'member' then format('You are invited to look after %s', p_name)
      else format('The namespace %s is offered to your store', p_name) end, '/dashboard/namespaces',
    case p_kind when 'transfer' then
      'Its packages come along. Its members and open invitations do not come along: you invite whom you want.' else '' end);
  return jsonb_build_object('id', v_offer.id);
end
$$;

create function catalog.withdraw_open_offers(p_namespace catalog.namespaces, p_created_by uuid default null) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_to text;
begin
  -- Those of one person, or all. The caller holds the namespace's row.
  for v_to in
    update catalog.namespace_offers o set outcome = 'withdrawn'
    where o.namespace_id = p_namespace.id and o.outcome is null and (p_created_by is null or o.created_by = p_created_by)
    returning o.to_name
  loop
    perform identity.record_audit('namespace.withdraw', p_namespace.name, p_namespace.name, jsonb_build_object('to', v_to));
  end loop;
end
$$;

create or replace function catalog.answer_offer(p_offer_id uuid, p_accepts boolean) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_offer catalog.namespace_offers;
  v_namespace catalog.namespaces;
  v_store catalog.stores;
  v_giver catalog.stores;
  v_member record;
  v_package record;
  v_handles text[] := '{}';
begin
  -- Accepts or declines an offer made to the caller. One that is not theirs, answered, withdrawn or expired is not there.
  -- Whoever takes a namespace over has it alone. `moved` is for whoever keeps copies of what the packages said.
  -- The namespace first, as everywhere: whoever withdraws and whoever accepts do not wait for each other in a circle.
  select n.* into v_namespace from catalog.namespaces n
  where n.id = (select o.namespace_id from catalog.namespace_offers o where o.id = p_offer_id)
  for update;
  select o.* into v_offer from catalog.namespace_offers o
  where o.id = p_offer_id and o.outcome is null and o.expires_at > now()
    and (o.to_user_id = v_user_id
      or o.to_email = (select lower(u.email) from auth.users u where u.id = v_user_id))
  for update;
  if v_offer.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such offer to you.');
  end if;
  update catalog.namespace_offers o set outcome = case when p_accepts then 'accepted' else 'declined' end
  where o.id = v_offer.id;
  perform identity.notify_person(v_offer.created_by, case when p_accepts then 'namespace.accepted' else 'namespace.declined' end,
    format('Your offer about %s was %s', v_namespace.name, case when p_accepts then 'accepted' else 'declined' end),
    '/dashboard/namespaces/' || v_namespace.name);
  if not p_accepts then
    perform identity.record_audit('namespace.decline', v_namespace.name, v_namespace.name);
    return jsonb_build_object('name', v_namespace.name, 'accepted', false);
  end if;
  if v_offer.kind = 'member' then
    if not exists (select from catalog.stores s where s.id = v_namespace.store_id and s.owner_id = v_user_id) then
      insert into catalog.namespace_members as m (namespace_id, user_id, role)
      values (v_namespace.id, v_user_id, v_offer.role)
      on conflict (namespace_id, user_id) do update set role = excluded.role;
    end if;
    perform identity.record_audit('namespace.join', v_namespace.name, v_namespace.name,
      jsonb_build_object('role', v_offer.role), v_user_id);
    return jsonb_build_object('name', v_namespace.name, 'accepted', true);
  end if;
  select s.* into v_store from catalog.stores s where s.owner_id = v_user_id;
  if v_store.id is null then
    perform catalog.refuse('409', 'store_required', 'Open a store before you take over a namespace.');
  end if;
  if v_store.status <> 'approved' then
    perform catalog.refuse('403', 'store_suspended', 'Your store is not open: it cannot take over a namespace.');
  end if;
  perform catalog.refuse_gift_of_closed_store(v_namespace.store_id);
  -- A store may have look-alikes of its own; they cannot part.
  perform catalog.refuse_similar_namespace(v_namespace.name, v_store.id);
  select s.* into v_giver from catalog.stores s where s.id = v_namespace.store_id;
  update catalog.namespaces n set store_id = v_store.id where n.id = v_namespace.id;
  perform catalog.withdraw_open_offers(v_namespace);
  for v_member in
    delete from catalog.namespace_members m where m.namespace_id = v_namespace.id returning m.user_id
  loop
    continue when v_member.user_id = v_user_id;
    perform identity.record_audit('member.remove', v_namespace.name, v_namespace.name,
      jsonb_build_object('member', v_member.user_id, 'role', null), v_member.user_id);
    perform identity.notify_person(v_member.user_id, 'namespace.left',
      format('You no longer look after %s', v_namespace.name), '/dashboard/namespaces',
      format('It now belongs to the store %s, whose owner can invite you anew.', v_store.name));
  end loop;
  for v_package in
    update catalog.packages p set store_id = v_store.id where p.namespace_id = v_namespace.id returning p.id, p.handle
  loop
    perform catalog.index_package(v_package.id);
    v_handles := v_handles || v_package.handle;
  end loop;
  return jsonb_build_object('name', v_namespace.name, 'accepted', true, 'moved', jsonb_build_object(
    'from', v_giver.slug, 'to', v_store.slug, 'handles', to_jsonb(v_handles)));
end
$$;

create or replace function catalog.change_member(p_name text, p_user_id uuid, p_role text) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_namespace catalog.namespaces := catalog.own_namespace(p_name,
    case when p_role is null and p_user_id = (select auth.uid()) then null else 'owner' end);
begin
  -- Gives a member another role, or none: then they leave. Everybody may leave by themselves. Who is no owner any more has
  -- no invitation open either, or they could come back by one of them.
  if exists (select from catalog.stores s where s.id = v_namespace.store_id and s.owner_id = p_user_id) then
    perform catalog.refuse('409', 'conflict', 'The owner of the store stays an owner: a namespace is never without one. '
      'Transfer it instead.');
  end if;
  if p_role is null then
    delete from catalog.namespace_members m where m.namespace_id = v_namespace.id and m.user_id = p_user_id;
  else
    update catalog.namespace_members m set role = p_role where m.namespace_id = v_namespace.id and m.user_id = p_user_id;
  end if;
  if not found then
    perform catalog.refuse('404', 'not_found', 'There is no such member.');
  end if;
  if p_role is distinct from 'owner' then
    perform catalog.withdraw_open_offers(v_namespace, p_user_id);
  end if;
  perform identity.record_audit(case when p_role is null then 'member.remove' else 'member.change' end, p_name, p_name,
    jsonb_build_object('member', p_user_id, 'role', p_role), p_user_id);
end
$$;

-- Invitations by people who are owners no more.
update catalog.namespace_offers o set outcome = 'withdrawn'
from catalog.namespaces n join catalog.stores s on s.id = n.store_id
where n.id = o.namespace_id and o.outcome is null and o.created_by is not null
  and o.created_by is distinct from s.owner_id and s.owner_id is not null
  and not exists (select from catalog.namespace_members m
    where m.namespace_id = n.id and m.user_id = o.created_by and m.role = 'owner');

revoke execute on function catalog.similar_namespace(text, uuid), catalog.refuse_similar_namespace(text, uuid),
  catalog.claim_namespace_for(text, text), catalog.refuse_gift_of_closed_store(uuid),
  catalog.withdraw_open_offers(catalog.namespaces, uuid) from public;
grant execute on function catalog.similar_namespace(text, uuid), catalog.claim_namespace_for(text, text) to service_role;
