-- Namespaces that several people look after: members with roles, invitations and transfers that the other side accepts,
-- names that look like another refused, and token buckets for publishing.

create function catalog.name_skeleton(p_name text) returns text
language sql immutable
set search_path = ''
as $$
  -- What a name looks like at a glance (after UTS #39, for the letters that names may have): names with one skeleton are
  -- easily mistaken for each other. lib/kernel/name-skeleton.ts says the same.
  select replace(replace(replace(translate(p_name, '01i5-_.', 'olls'), 'rn', 'm'), 'vv', 'w'), 'cl', 'd')
$$;

-- Not unique: one store may have several that look alike, and so may those from before this was checked.
create index namespaces_by_skeleton on catalog.namespaces (catalog.name_skeleton(name));

create or replace function catalog.claim_namespace(p_name text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_store catalog.stores;
  v_created_at timestamptz;
  v_similar text;
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
  -- Two who claim look-alikes at once come one after the other, and the second sees the first.
  perform pg_advisory_xact_lock(hashtextextended('namespace ' || catalog.name_skeleton(p_name), 0));
  select n.name into v_similar from catalog.namespaces n
  where catalog.name_skeleton(n.name) = catalog.name_skeleton(p_name) and n.name <> p_name and n.store_id <> v_store.id
  limit 1;
  if v_similar is not null then
    perform catalog.refuse('409', 'name_taken', format('"%s" looks too much like "%s", which belongs to another store: '
      'people could mistake one for the other. Choose a name that differs in more than look-alike characters.',
      p_name, v_similar), 'name');
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

create table catalog.namespace_members (
  namespace_id uuid not null references catalog.namespaces (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'maintainer')),
  created_at timestamptz not null default now(),
  primary key (namespace_id, user_id)
);
comment on table catalog.namespace_members is 'Who looks after a namespace besides the owner of its store, who is an owner without a row and cannot be removed.';
create index namespace_members_by_user on catalog.namespace_members (user_id);

create table catalog.namespace_offers (
  id uuid primary key default gen_random_uuid(),
  namespace_id uuid not null references catalog.namespaces (id) on delete cascade,
  kind text not null check (kind in ('member', 'transfer')),
  role text check (role in ('owner', 'maintainer')),
  to_user_id uuid references auth.users (id) on delete cascade,
  to_email text,
  to_name text not null,
  created_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '14 days',
  outcome text check (outcome in ('accepted', 'declined', 'withdrawn')),
  check ((to_user_id is null) <> (to_email is null)),
  check ((kind = 'member') = (role is not null))
);
comment on table catalog.namespace_offers is 'Invitations and transfers. Until the other side accepts, nothing changes. An address is kept as given, so that nobody learns who has an account.';
create index namespace_offers_by_namespace on catalog.namespace_offers (namespace_id, created_at desc);
create index namespace_offers_by_user on catalog.namespace_offers (to_user_id);
create index namespace_offers_by_creator on catalog.namespace_offers (created_by);
create index namespace_offers_by_email on catalog.namespace_offers (to_email) where outcome is null;
alter table catalog.namespace_members enable row level security;
alter table catalog.namespace_offers enable row level security;

create function catalog.namespace_role(p_namespace_id uuid) returns text
language sql stable security definer
set search_path = ''
as $$
  -- owner, maintainer, or null for who has no part in it.
  select case when catalog.owns_store(n.store_id) then 'owner' else (
    select m.role from catalog.namespace_members m where m.namespace_id = n.id and m.user_id = (select auth.uid())) end
  from catalog.namespaces n where n.id = p_namespace_id
$$;

create function catalog.may_publish(p_namespace_id uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select catalog.namespace_role(p_namespace_id) is not null
$$;

create or replace function catalog.managed_namespaces() returns setof text
language sql stable security definer
set search_path = ''
as $$
  -- The namespaces whose business is the caller's.
  select n.name from catalog.namespaces n join catalog.stores s on s.id = n.store_id
  where s.owner_id = (select auth.uid())
  union
  select n.name from catalog.namespaces n join catalog.namespace_members m on m.namespace_id = n.id
  where m.user_id = (select auth.uid())
$$;

create function catalog.maintained_namespace_ids() returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select m.namespace_id from catalog.namespace_members m where m.user_id = (select auth.uid())
$$;
create policy packages_select_member on catalog.packages for select to authenticated
  using (namespace_id in (select catalog.maintained_namespace_ids()));

-- Publishing, files and retiring ask whose the store is; from now on they ask who looks after the namespace. Only that
-- expression changes in them.
do $$
declare
  v_function regprocedure;
  v_source text;
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'catalog' and p.proname in ('publish_version', 'begin_upload', 'own_package')
  loop
    v_source := pg_get_functiondef(v_function);
    execute replace(replace(v_source, 'catalog.owns_store(n.store_id)', 'catalog.may_publish(n.id)'),
      'catalog.owns_store(v_package.store_id)', 'catalog.may_publish(v_package.namespace_id)');
  end loop;
  if position('may_publish' in pg_get_functiondef('catalog.publish_version(jsonb, text, jsonb)'::regprocedure)) = 0 then
    raise exception 'publish_version does not ask who looks after the namespace';
  end if;
end
$$;

create function catalog.own_namespace(p_name text, p_role text default null) returns catalog.namespaces
language plpgsql
set search_path = ''
as $$
declare
  v_namespace catalog.namespaces;
  v_role text;
begin
  -- The namespace, locked, for who looks after it; for others there is none. With p_role only for those who have it.
  select n.* into v_namespace from catalog.namespaces n where n.name = p_name for update;
  v_role := catalog.namespace_role(v_namespace.id);
  if v_role is null then
    perform catalog.refuse('404', 'not_found', format('There is no namespace %s of yours.', p_name));
  end if;
  if p_role = 'owner' and v_role <> 'owner' then
    perform catalog.refuse('403', 'forbidden', 'Only an owner of the namespace does this.');
  end if;
  return v_namespace;
end
$$;

create function catalog.offer_namespace(p_name text, p_kind text, p_to text, p_role text) returns jsonb
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
  if p_kind = 'transfer' and not catalog.owns_store(v_namespace.store_id) then
    perform catalog.refuse('403', 'forbidden', 'Only the owner of its store gives a namespace away.');
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
      else format('The namespace %s is offered to your store', p_name) end, '/dashboard/namespaces');
  return jsonb_build_object('id', v_offer.id);
end
$$;

create function catalog.answer_offer(p_offer_id uuid, p_accepts boolean) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_offer catalog.namespace_offers;
  v_namespace catalog.namespaces;
  v_store catalog.stores;
  v_package_id uuid;
begin
  -- Accepts or declines an offer made to the caller. One that is not theirs, answered, withdrawn or expired is not there.
  select o.* into v_offer from catalog.namespace_offers o
  where o.id = p_offer_id and o.outcome is null and o.expires_at > now()
    and (o.to_user_id = v_user_id
      or o.to_email = (select lower(u.email) from auth.users u where u.id = v_user_id))
  for update;
  if v_offer.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such offer to you.');
  end if;
  select n.* into v_namespace from catalog.namespaces n where n.id = v_offer.namespace_id for update;
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
  update catalog.namespaces n set store_id = v_store.id where n.id = v_namespace.id;
  delete from catalog.namespace_members m where m.namespace_id = v_namespace.id and m.user_id = v_user_id;
  for v_package_id in
    update catalog.packages p set store_id = v_store.id where p.namespace_id = v_namespace.id returning p.id
  loop
    perform catalog.index_package(v_package_id);
  end loop;
  return jsonb_build_object('name', v_namespace.name, 'accepted', true);
end
$$;

create function catalog.withdraw_offer(p_name text, p_offer_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_namespace catalog.namespaces := catalog.own_namespace(p_name, 'owner');
begin
  update catalog.namespace_offers o set outcome = 'withdrawn'
  where o.id = p_offer_id and o.namespace_id = v_namespace.id and o.outcome is null;
  if not found then
    perform catalog.refuse('404', 'not_found', 'There is no such open offer.');
  end if;
  perform identity.record_audit('namespace.withdraw', p_name, p_name);
end
$$;

create function catalog.change_member(p_name text, p_user_id uuid, p_role text) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_namespace catalog.namespaces := catalog.own_namespace(p_name,
    case when p_role is null and p_user_id = (select auth.uid()) then null else 'owner' end);
begin
  -- Gives a member another role, or none: then they leave. Everybody may leave by themselves.
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
  perform identity.record_audit(case when p_role is null then 'member.remove' else 'member.change' end, p_name, p_name,
    jsonb_build_object('member', p_user_id, 'role', p_role), p_user_id);
end
$$;

create function catalog.namespace_page(p_name text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- Members and open offers, for who looks after the namespace; null for others.
  select jsonb_build_object('name', n.name, 'role', catalog.namespace_role(n.id),
    'isStoreOwner', catalog.owns_store(n.store_id),
    'store', jsonb_build_object('slug', s.slug, 'name', s.name),
    'members', coalesce((
      select jsonb_agg(jsonb_build_object('userId', who.user_id, 'displayName', coalesce(p.display_name, 'Operators'),
        'role', who.role, 'isStoreOwner', who.is_store_owner, 'isYou', who.user_id = (select auth.uid()))
        order by who.is_store_owner desc, who.role desc, p.display_name)
      from (
        select s.owner_id as user_id, 'owner' as role, true as is_store_owner where s.owner_id is not null
        union all
        select m.user_id, m.role, false from catalog.namespace_members m where m.namespace_id = n.id) who
      left join identity.profiles p on p.user_id = who.user_id), '[]'),
    'offers', coalesce((
      select jsonb_agg(jsonb_build_object('id', o.id, 'kind', o.kind, 'role', o.role, 'to', o.to_name,
        'expiresAt', to_char(o.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by o.created_at)
      from catalog.namespace_offers o
      where o.namespace_id = n.id and o.outcome is null and o.expires_at > now()), '[]'))
  from catalog.namespaces n join catalog.stores s on s.id = n.store_id
  where n.name = p_name and catalog.namespace_role(n.id) is not null
$$;

create function catalog.own_namespaces() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The namespaces that the caller looks after, and the offers made to them.
  select jsonb_build_object(
    'namespaces', coalesce((
      select jsonb_agg(jsonb_build_object('name', n.name, 'role', catalog.namespace_role(n.id), 'store', s.name)
        order by n.name)
      from catalog.managed_namespaces() managed (name)
      join catalog.namespaces n on n.name = managed.name join catalog.stores s on s.id = n.store_id), '[]'),
    'offers', coalesce((
      select jsonb_agg(jsonb_build_object('id', o.id, 'namespace', n.name, 'kind', o.kind, 'role', o.role, 'from', s.name,
        'expiresAt', to_char(o.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by o.created_at)
      from catalog.namespace_offers o
      join catalog.namespaces n on n.id = o.namespace_id join catalog.stores s on s.id = n.store_id
      where o.outcome is null and o.expires_at > now() and (o.to_user_id = (select auth.uid())
        or o.to_email = (select lower(u.email) from auth.users u where u.id = (select auth.uid())))), '[]'))
$$;

create table catalog.publish_buckets (
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null check (kind in ('new', 'version')),
  tokens double precision not null,
  filled_at timestamptz not null,
  primary key (user_id, kind)
);
comment on table catalog.publish_buckets is 'How much each person may still publish just now: one token a new package or version, refilled by the hour.';
alter table catalog.publish_buckets enable row level security;

create function catalog.take_publish_token(p_handle text, p_new_per_hour integer, p_versions_per_hour integer)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_is_new boolean := not exists (select from catalog.packages p where p.handle = p_handle);
  v_per_hour integer := case when v_is_new then p_new_per_hour else p_versions_per_hour end;
  v_tokens double precision;
begin
  -- Takes one token of the caller's bucket, which holds an hour's worth; answers in how many seconds there is one, or
  -- null. Operators and a rate of 0 are without limit. Whatever is refused later in the transaction gives the token back.
  if v_per_hour = 0 or (select auth.uid()) is null or identity.is_operator() then
    return null;
  end if;
  insert into catalog.publish_buckets as b (user_id, kind, tokens, filled_at)
  values ((select auth.uid()), case when v_is_new then 'new' else 'version' end, v_per_hour - 1, clock_timestamp())
  on conflict (user_id, kind) do update set
    tokens = least(v_per_hour,
      b.tokens + v_per_hour * greatest(extract(epoch from clock_timestamp() - b.filled_at), 0) / 3600) - 1,
    filled_at = clock_timestamp()
  returning b.tokens into v_tokens;
  return case when v_tokens < 0 then ceil(-v_tokens * 3600 / v_per_hour) end;
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.name_skeleton(text) to anon, authenticated, service_role;
grant execute on function catalog.offer_namespace(text, text, text, text), catalog.answer_offer(uuid, boolean),
  catalog.withdraw_offer(text, uuid), catalog.change_member(text, uuid, text), catalog.namespace_page(text),
  catalog.own_namespaces(), catalog.maintained_namespace_ids(), catalog.take_publish_token(text, integer, integer) to authenticated;
