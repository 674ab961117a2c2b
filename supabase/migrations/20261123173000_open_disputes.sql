-- Disputes about orders: who says what with which files, until when, and how it ends. The ledger moves the money; the
-- order's status says so; these tables keep the story. Everything that happens takes the order's lock first.

alter table commerce.settings
  add column seller_answers_within interval not null default '7 days',
  add column operator_decides_within interval not null default '14 days';

create table commerce.disputes (
  order_id uuid primary key references commerce.orders (id),
  code text not null check (code in ('not_working', 'not_as_described', 'not_accessible', 'by_mistake', 'other')),
  state text not null check (state in ('awaiting_seller', 'awaiting_decision', 'refunded', 'upheld')),
  buyer_id uuid not null,
  seller_id uuid not null,
  -- To the millisecond, as cursors say it.
  opened_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  due_at timestamptz,
  closed_at timestamptz,
  check ((due_at is null) = (state in ('refunded', 'upheld'))),
  check ((closed_at is null) = (due_at is not null))
);
comment on table commerce.disputes is 'At most one for each order. due_at is when time alone decides.';
create index disputes_by_due on commerce.disputes (due_at) where due_at is not null;
create index disputes_by_seller on commerce.disputes (seller_id, opened_at desc, order_id desc);
create index disputes_by_state on commerce.disputes (state, opened_at desc, order_id desc);

create table commerce.dispute_files (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null references commerce.disputes (order_id),
  side text not null check (side in ('buyer', 'seller', 'operator')),
  user_id uuid not null,
  name text not null check (char_length(name) between 1 and 128),
  artefact_id uuid not null references catalog.artefacts (id) on delete restrict,
  media_type text,
  sha256 bytea check (octet_length(sha256) = 32),
  size_bytes bigint check (size_bytes between 1 and 2097152),
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  check ((completed_at is null) = (sha256 is null) and (completed_at is null) = (size_bytes is null)
    and (completed_at is null) = (media_type is null))
);
comment on table commerce.dispute_files is 'Files shown in a dispute. Their bytes are never shared with those of packages.';
create index dispute_files_by_order on commerce.dispute_files (order_id);
create index dispute_files_by_artefact on commerce.dispute_files (artefact_id);
create index dispute_files_arriving on commerce.dispute_files (created_at) where completed_at is null;

create table commerce.dispute_events (
  id bigint generated always as identity primary key,
  order_id uuid not null references commerce.disputes (order_id),
  kind text not null check (kind in ('opened', 'usage', 'answered', 'statement', 'file', 'refunded', 'upheld')),
  side text not null check (side in ('buyer', 'seller', 'operator', 'system')),
  actor_id uuid,
  body text not null default '' check (char_length(body) <= 4000),
  file_id uuid references commerce.dispute_files (id),
  detail jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp()
);
comment on table commerce.dispute_events is 'The timeline that both sides see. Append-only for every role.';
create index dispute_events_by_order on commerce.dispute_events (order_id, id);
create index dispute_events_by_file on commerce.dispute_events (file_id);

create function commerce.forbid_event_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'What was said in a dispute stays said.' using errcode = 'SK409', detail = 'conflict';
end
$$;
create trigger forbid_event_rewrite before update or delete on commerce.dispute_events
  for each row execute function commerce.forbid_event_rewrite();
create trigger forbid_event_truncate before truncate on commerce.dispute_events
  for each statement execute function commerce.forbid_event_rewrite();

-- Only functions reach into these: what a party may see is more than a policy can say.
alter table commerce.disputes enable row level security;
alter table commerce.dispute_files enable row level security;
alter table commerce.dispute_events enable row level security;

create function commerce.selling_role(p_store_id uuid, p_package_id uuid) returns text
language sql stable security definer
set search_path = ''
as $$
  -- The caller's part in what a store sold: owner, maintainer, or null. The store's owner always; members of the
  -- package's namespace as long as it belongs to the store that sold.
  select case when catalog.owns_store(p_store_id) then 'owner' else (
    select m.role from catalog.packages p
    join catalog.namespace_members m on m.namespace_id = p.namespace_id and m.user_id = (select auth.uid())
    where p.id = p_package_id and p.store_id = p_store_id) end
$$;

create function commerce.dispute_side(p_order commerce.orders) returns text
language sql stable
set search_path = ''
as $$
  -- On which side of the order the caller stands; null for whom it does not concern.
  select case
    when p_order.buyer_id = (select auth.uid()) then 'buyer'
    when commerce.selling_role(p_order.seller_id, p_order.package_id) is not null then 'seller'
    when identity.is_operator() then 'operator' end
$$;

create function commerce.json_time(p_at timestamptz) returns text
language sql immutable
set search_path = ''
as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

create function commerce.usage_of(p_order commerce.orders) returns jsonb
language sql stable
set search_path = ''
as $$
  -- What the buyer did with the package since they bought it; the newest fifty one by one.
  select jsonb_build_object(
    'downloads', count(*) filter (where a.kind = 'download'), 'launches', count(*) filter (where a.kind = 'launch'),
    'firstAt', commerce.json_time(min(a.created_at)), 'lastAt', commerce.json_time(max(a.created_at)),
    'items', coalesce(jsonb_agg(jsonb_build_object('kind', a.kind, 'version', a.version,
      'at', commerce.json_time(a.created_at)) order by a.id desc) filter (where a.place <= 50), '[]'))
  from (
    select l.*, row_number() over (order by l.id desc) as place from commerce.accesses l
    where l.user_id = p_order.buyer_id and l.package_id = p_order.package_id and l.created_at >= p_order.created_at) a
$$;

create function commerce.dispute_evidence(p_order commerce.orders) returns jsonb
language sql stable
set search_path = ''
as $$
  -- What the ledger keeps of a dispute for ever: usage in numbers, and the hashes of the files.
  select jsonb_build_object('orderId', p_order.id, 'usage', commerce.usage_of(p_order) - 'items',
    'files', coalesce((
      select jsonb_agg(jsonb_build_object('side', f.side, 'sha256', encode(f.sha256, 'hex')) order by f.completed_at)
      from commerce.dispute_files f where f.order_id = p_order.id and f.completed_at is not null), '[]'))
$$;

create function commerce.tell_sellers(p_order commerce.orders, p_kind text, p_title text, p_body text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  -- The store's owner and the owners of the package's namespace.
  for v_user_id in
    select s.owner_id from catalog.stores s where s.id = p_order.seller_id and s.owner_id is not null
    union
    select m.user_id from catalog.packages p join catalog.namespace_members m on m.namespace_id = p.namespace_id
    where p.id = p_order.package_id and p.store_id = p_order.seller_id and m.role = 'owner'
  loop
    if v_user_id is distinct from (select auth.uid()) then
      perform identity.notify_person(v_user_id, p_kind, p_title, '/dashboard/disputes/' || p_order.id, p_body);
    end if;
  end loop;
end
$$;

create function commerce.tell_buyer(p_order commerce.orders, p_kind text, p_title text, p_body text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_order.buyer_id is distinct from (select auth.uid()) then
    perform identity.notify_person(p_order.buyer_id, p_kind, p_title, '/orders/' || p_order.id || '/dispute', p_body);
  end if;
end
$$;

create function commerce.party_order(p_order_id uuid) returns commerce.orders
language plpgsql
set search_path = ''
as $$
declare
  v_order commerce.orders;
begin
  -- The order, locked, for whom it concerns; for others there is none.
  select o.* into v_order from commerce.orders o where o.id = p_order_id;
  if v_order.id is null or commerce.dispute_side(v_order) is null then
    perform catalog.refuse('404', 'not_found', 'There is no such order.');
  end if;
  return commerce.lock_order(p_order_id);
end
$$;

create function commerce.open_dispute_of(p_order commerce.orders) returns commerce.disputes
language plpgsql
set search_path = ''
as $$
declare
  v_dispute commerce.disputes;
begin
  select d.* into v_dispute from commerce.disputes d where d.order_id = p_order.id;
  if v_dispute.order_id is null then
    perform catalog.refuse('404', 'not_found', 'There is no dispute about this order.');
  elsif v_dispute.closed_at is not null then
    perform catalog.refuse('409', 'conflict', 'This dispute is decided.');
  end if;
  return v_dispute;
end
$$;

create function commerce.dispute_dto(p_order commerce.orders, p_dispute commerce.disputes) returns jsonb
language sql stable
set search_path = ''
as $$
  select commerce.order_dto(p_order) || jsonb_build_object(
    'name', coalesce((select nullif(p.display_name, '') from catalog.packages p where p.id = p_order.package_id),
      p_order.handle),
    'seller', (select jsonb_build_object('slug', s.slug, 'name', s.name) from catalog.stores s
      where s.id = p_order.seller_id),
    'buyer', coalesce((select b.display_name from identity.profiles b where b.user_id = p_order.buyer_id),
      'A former member'),
    'dispute', jsonb_build_object('state', p_dispute.state, 'code', p_dispute.code,
      'openedAt', commerce.json_time(p_dispute.opened_at), 'dueAt', commerce.json_time(p_dispute.due_at),
      'closedAt', commerce.json_time(p_dispute.closed_at)))
$$;

create function commerce.read_dispute(p_order_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_order commerce.orders;
  v_dispute commerce.disputes;
  v_side text;
  v_role text;
  v_is_open boolean;
begin
  -- A dispute with its whole story, for the two sides and operators; null for anybody else, and where there is none.
  select o.* into v_order from commerce.orders o where o.id = p_order_id;
  select d.* into v_dispute from commerce.disputes d where d.order_id = p_order_id;
  v_side := case when v_order.id is not null then commerce.dispute_side(v_order) end;
  if v_side is null or v_dispute.order_id is null then
    return null;
  end if;
  v_role := commerce.selling_role(v_order.seller_id, v_order.package_id);
  v_is_open := v_dispute.closed_at is null;
  return commerce.dispute_dto(v_order, v_dispute) || jsonb_build_object(
    'side', v_side,
    'usage', commerce.usage_of(v_order),
    'allows', jsonb_build_object(
      'speak', v_is_open and (v_side <> 'seller' or v_role = 'owner'),
      'withdraw', v_is_open and v_side = 'buyer',
      'refund', v_is_open and v_side = 'seller' and v_role = 'owner',
      'decide', v_is_open and identity.is_operator() and v_side = 'operator'),
    'timeline', (
      select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'by', e.side, 'text', e.body,
        'at', commerce.json_time(e.created_at), 'usage', case when e.kind = 'usage' then e.detail end,
        'file', case when f.id is not null then jsonb_build_object('id', f.id, 'name', f.name,
          'mediaType', f.media_type, 'sizeBytes', f.size_bytes, 'sha256', encode(f.sha256, 'hex')) end)
        order by e.id), '[]')
      from commerce.dispute_events e left join commerce.dispute_files f on f.id = e.file_id
      where e.order_id = p_order_id));
end
$$;

create function commerce.open_dispute(p_order_id uuid, p_code text, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_order commerce.orders;
  v_until timestamptz;
  v_has_seller boolean;
  v_usage jsonb;
begin
  -- The buyer of a paid order asks for their money back, as long as the window is open. What they did with the package
  -- is attached by itself.
  v_order := commerce.party_order(p_order_id);
  if v_order.buyer_id <> v_user_id then
    perform catalog.refuse('403', 'forbidden', 'Only the buyer opens a dispute.');
  elsif v_order.price_amount = 0 then
    perform catalog.refuse('409', 'conflict', 'It was free: there is no money to give back.');
  elsif exists (select from commerce.disputes d where d.order_id = p_order_id) then
    perform catalog.refuse('409', 'conflict', 'There is a dispute about this order already.');
  elsif v_order.status <> 'settled' then
    perform catalog.refuse('409', 'conflict', format('This order is %s.', v_order.status));
  end if;
  v_until := commerce.dispute_until(v_order);
  if v_until <= clock_timestamp() then
    perform catalog.refuse('409', 'conflict', format('This could be disputed until %s (UTC).',
      to_char(v_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI')));
  end if;
  v_has_seller := exists (select from catalog.stores s where s.id = v_order.seller_id and s.owner_id is not null);
  v_usage := commerce.usage_of(v_order);
  v_order := commerce.open_order_dispute(p_order_id, p_reason,
    jsonb_build_object('orderId', p_order_id, 'code', p_code, 'usage', v_usage - 'items'), v_user_id);
  -- A store that is nobody's has nobody to answer for it.
  insert into commerce.disputes (order_id, code, state, buyer_id, seller_id, due_at)
  select p_order_id, p_code, case when v_has_seller then 'awaiting_seller' else 'awaiting_decision' end,
    v_order.buyer_id, v_order.seller_id,
    clock_timestamp() + case when v_has_seller then c.seller_answers_within else c.operator_decides_within end
  from commerce.settings c;
  insert into commerce.dispute_events (order_id, kind, side, actor_id, body)
  values (p_order_id, 'opened', 'buyer', v_user_id, p_reason);
  insert into commerce.dispute_events (order_id, kind, side, detail) values (p_order_id, 'usage', 'system', v_usage);
  perform commerce.tell_sellers(v_order, 'dispute.opened', 'A buyer disputes ' || v_order.handle, p_reason);
  perform identity.record_audit('dispute.open', p_order_id::text, split_part(v_order.handle, '/', 1),
    jsonb_build_object('handle', v_order.handle, 'code', p_code));
  return commerce.read_dispute(p_order_id);
end
$$;

create function commerce.dispute_until(p_order commerce.orders) returns timestamptz
language sql stable
set search_path = ''
as $$
  -- What the seller earned is held until then; what the house earns is not, so it goes by the order's age.
  select coalesce((select g.release_at from ledger.earnings g where g.transaction_id = p_order.transaction_id),
    p_order.created_at + (select c.dispute_window from commerce.settings c))
$$;

create function commerce.require_voice(p_order commerce.orders) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_side text := commerce.dispute_side(p_order);
begin
  -- Which side the caller speaks for. Maintainers listen.
  if v_side = 'seller' and commerce.selling_role(p_order.seller_id, p_order.package_id) <> 'owner' then
    perform catalog.refuse('403', 'forbidden', 'Only an owner answers for the seller.');
  end if;
  return v_side;
end
$$;

create function commerce.speak_in_dispute(p_order_id uuid, p_text text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.party_order(p_order_id);
  v_side text := commerce.require_voice(v_order);
  v_dispute commerce.disputes := commerce.open_dispute_of(v_order);
  v_is_answer boolean := v_side = 'seller' and v_dispute.state = 'awaiting_seller';
begin
  -- One side says something. The seller's first word is the answer that is waited for; then the operator is.
  if (select count(*) from commerce.dispute_events e where e.order_id = p_order_id and e.side = v_side) >= 50 then
    perform catalog.refuse('429', 'quota_exceeded', 'You have said enough in this dispute: wait for the decision.');
  end if;
  insert into commerce.dispute_events (order_id, kind, side, actor_id, body)
  values (p_order_id, case when v_is_answer then 'answered' else 'statement' end, v_side, (select auth.uid()), p_text);
  if v_is_answer then
    update commerce.disputes d set state = 'awaiting_decision',
      due_at = clock_timestamp() + (select c.operator_decides_within from commerce.settings c)
    where d.order_id = p_order_id;
  end if;
  if v_side <> 'buyer' then
    perform commerce.tell_buyer(v_order, case when v_is_answer then 'dispute.answered' else 'dispute.statement' end,
      format(case when v_side = 'operator' then 'An operator wrote about your dispute of %s'
        else 'The seller answered your dispute of %s' end, v_order.handle), p_text);
  end if;
  if v_side <> 'seller' then
    perform commerce.tell_sellers(v_order, 'dispute.statement',
      format(case when v_side = 'operator' then 'An operator wrote about the dispute of %s'
        else 'The buyer wrote in the dispute of %s' end, v_order.handle), p_text);
  end if;
  return commerce.read_dispute(p_order_id);
end
$$;

create function commerce.close_dispute() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_step ledger.transitions;
  v_side text;
begin
  -- However a disputed order ends (a decision, the seller's refund, withdrawal, time), its dispute ends with it.
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
    perform commerce.tell_buyer(new, 'dispute.refunded', format('Your money for %s is back', new.handle), v_step.reason);
    perform commerce.tell_sellers(new, 'dispute.refunded', format('%s was refunded', new.handle), v_step.reason);
  else
    perform commerce.tell_buyer(new, 'dispute.upheld', format('The sale of %s stands', new.handle), v_step.reason);
    perform commerce.tell_sellers(new, 'dispute.upheld', format('The sale of %s stands', new.handle), v_step.reason);
  end if;
  return null;
end
$$;
create trigger close_dispute after update of status on commerce.orders
  for each row when (old.status = 'disputed' and new.status in ('refunded', 'upheld'))
  execute function commerce.close_dispute();

create function commerce.withdraw_dispute(p_order_id uuid) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.party_order(p_order_id);
  v_dispute commerce.disputes := commerce.open_dispute_of(v_order);
begin
  -- The buyer lets the sale stand. It cannot be disputed again.
  if v_order.buyer_id <> (select auth.uid()) then
    perform catalog.refuse('403', 'forbidden', 'Only the buyer withdraws a dispute.');
  end if;
  perform commerce.resolve_order_dispute(p_order_id, 'upheld', 'The buyer withdrew the dispute.',
    commerce.dispute_evidence(v_order), (select auth.uid()));
  perform identity.record_audit('dispute.withdraw', p_order_id::text, split_part(v_order.handle, '/', 1),
    jsonb_build_object('handle', v_order.handle));
  return commerce.read_dispute(p_order_id);
end
$$;

create function commerce.decide_dispute(p_order_id uuid, p_outcome text, p_reason text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders;
  v_dispute commerce.disputes;
begin
  -- An operator decides, at any time; never about what is their own.
  perform catalog.require_operator();
  v_order := commerce.party_order(p_order_id);
  v_dispute := commerce.open_dispute_of(v_order);
  if commerce.dispute_side(v_order) <> 'operator' then
    perform catalog.refuse('403', 'forbidden', 'You are a side of this dispute: another operator decides it.');
  end if;
  perform commerce.resolve_order_dispute(p_order_id, p_outcome::ledger.transaction_status, p_reason,
    commerce.dispute_evidence(v_order), (select auth.uid()));
  perform identity.record_audit('dispute.decide', p_order_id::text, split_part(v_order.handle, '/', 1),
    jsonb_build_object('handle', v_order.handle, 'outcome', p_outcome, 'reason', p_reason));
  return commerce.read_dispute(p_order_id);
end
$$;

create function commerce.list_disputes(
  p_scope text, p_state text, p_at timestamptz, p_order_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_packages uuid[];
  v_stores uuid[];
begin
  -- A page, newest first: of what the caller bought, of what they sell, or all for operators. `open` stands for both
  -- states that wait.
  if p_scope = 'operator' then
    perform catalog.require_operator();
  end if;
  if p_scope = 'seller' then
    v_stores := array(select s.id from catalog.stores s where s.owner_id = (select auth.uid()));
    v_packages := array(select p.id from catalog.packages p
      where p.namespace_id in (select catalog.maintained_namespace_ids()));
  end if;
  return (
    select coalesce(jsonb_agg(commerce.dispute_dto(o, d) order by d.opened_at desc, d.order_id desc), '[]')
    from (
      select c.* from commerce.disputes c join commerce.orders b on b.id = c.order_id
      where case p_scope when 'operator' then true when 'buyer' then c.buyer_id = (select auth.uid())
          when 'seller' then c.seller_id = any (v_stores) or (b.package_id = any (v_packages)
            and commerce.selling_role(b.seller_id, b.package_id) is not null) else false end
        and (p_state is null or c.state = p_state or p_state = 'open' and c.closed_at is null)
        and (p_at is null or (c.opened_at, c.order_id) < (p_at, p_order_id))
      order by c.opened_at desc, c.order_id desc limit p_limit) d
    join commerce.orders o on o.id = d.order_id);
end
$$;

create function public.tend_disputes(p_limit integer default 1) returns integer
language plpgsql security definer
set search_path = ''
set statement_timeout = '2min'
as $$
declare
  v_id uuid;
  v_order commerce.orders;
  v_state text;
  v_count integer := 0;
begin
  -- Decides what was waited for too long: for the buyer, since neither silence is theirs. Answers how many. Safe at any
  -- moment, any number of times, from several places at once: whoever holds an order decides it, and is not waited for.
  -- One at a time is best, since each takes the locks of two people's money.
  delete from commerce.dispute_files f where f.completed_at is null and f.created_at < now() - interval '1 hour';
  for v_id in
    select d.order_id from commerce.disputes d join commerce.orders o on o.id = d.order_id
    where d.due_at <= clock_timestamp() order by d.due_at limit p_limit for no key update of o skip locked
  loop
    select o.* into v_order from commerce.orders o where o.id = v_id;
    select d.state into v_state from commerce.disputes d where d.order_id = v_id and d.due_at <= clock_timestamp();
    if v_state is not null then
      perform commerce.resolve_order_dispute(v_id, 'refunded', case v_state
          when 'awaiting_seller' then 'The seller did not answer in time.'
          else 'The marketplace did not decide in time.' end,
        commerce.dispute_evidence(v_order), null);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;

create function commerce.begin_dispute_file(p_order_id uuid, p_name text, p_store text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_order commerce.orders := commerce.party_order(p_order_id);
  v_side text := commerce.require_voice(v_order);
  v_dispute commerce.disputes := commerce.open_dispute_of(v_order);
  v_artefact_id uuid;
  v_id uuid;
begin
  -- Lets a side add one file; answers {id, key}: the file's, and under which key its bytes are to be stored.
  if (select count(*) from commerce.dispute_files f where f.order_id = p_order_id and f.side = v_side) >= 6 then
    perform catalog.refuse('429', 'quota_exceeded', 'Each side adds at most six files.');
  end if;
  insert into catalog.artefacts (store) values (p_store) returning id into v_artefact_id;
  insert into commerce.dispute_files (order_id, side, user_id, name, artefact_id)
  values (p_order_id, v_side, (select auth.uid()), p_name, v_artefact_id) returning id into v_id;
  return jsonb_build_object('id', v_id, 'key', v_artefact_id);
end
$$;

create function commerce.finish_dispute_file(p_id uuid, p_sha256 text, p_size_bytes bigint, p_media_type text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_file commerce.dispute_files;
  v_order commerce.orders;
begin
  -- The bytes have arrived. A dispute that was decided meanwhile takes them no more.
  select f.* into v_file from commerce.dispute_files f
  where f.id = p_id and f.user_id = (select auth.uid()) and f.completed_at is null;
  if v_file.id is null then
    perform catalog.refuse('404', 'not_found', 'There is no such file.');
  end if;
  v_order := commerce.party_order(v_file.order_id);
  perform commerce.open_dispute_of(v_order);
  update commerce.dispute_files f set sha256 = decode(p_sha256, 'hex'), size_bytes = p_size_bytes,
    media_type = p_media_type, completed_at = clock_timestamp()
  where f.id = p_id;
  insert into commerce.dispute_events (order_id, kind, side, actor_id, file_id)
  values (v_file.order_id, 'file', v_file.side, (select auth.uid()), p_id);
  return commerce.read_dispute(v_file.order_id);
end
$$;

create function commerce.abandon_dispute_file(p_id uuid) returns void
language sql security definer
set search_path = ''
as $$
  delete from commerce.dispute_files f where f.id = p_id and f.user_id = (select auth.uid()) and f.completed_at is null
$$;

create function commerce.read_dispute_file(p_order_id uuid, p_id uuid) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- Where the bytes are, for the two sides and operators; null for anybody else.
  select jsonb_build_object('name', f.name, 'mediaType', f.media_type, 'sizeBytes', f.size_bytes,
    'sha256', encode(f.sha256, 'hex'), 'store', a.store, 'key', a.id)
  from commerce.orders o join commerce.dispute_files f on f.order_id = o.id
  join catalog.artefacts a on a.id = f.artefact_id
  where o.id = p_order_id and f.id = p_id and f.completed_at is not null and commerce.dispute_side(o) is not null
$$;

create or replace function catalog.doom_artefacts(p_limit integer, p_now timestamptz default now()) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_ids uuid[];
  v_doomed jsonb;
begin
  -- Ends uploads that stopped arriving two hours ago or waited a day for their version, and answers the stored bytes
  -- that nobody refers to, [{key, store}]. They are forgotten only when they are really gone.
  delete from catalog.uploads u
  where u.id in (
    select w.id from catalog.uploads w
    where w.created_at < p_now - interval '2 hours'
      and coalesce(w.completed_at + interval '24 hours', w.created_at + interval '2 hours') < p_now
    order by w.created_at limit p_limit for update skip locked);
  -- Locked first and looked at again after: an upload of the same bytes may have found them in between.
  v_ids := array(
    select a.id from catalog.artefacts a
    where not exists (select from catalog.uploads u where u.artefact_id = a.id)
      and not exists (select from catalog.version_files f where f.artefact_id = a.id)
      and not exists (select from commerce.dispute_files f where f.artefact_id = a.id)
    order by a.created_at limit p_limit
    for update of a skip locked);
  with doomed as (
    update catalog.artefacts a set doomed_at = coalesce(a.doomed_at, p_now), sha256 = null
    where a.id = any (v_ids)
      and not exists (select from catalog.uploads u where u.artefact_id = a.id)
      and not exists (select from catalog.version_files f where f.artefact_id = a.id)
      and not exists (select from commerce.dispute_files f where f.artefact_id = a.id)
    returning a.id, a.store
  )
  select coalesce(jsonb_agg(jsonb_build_object('key', d.id, 'store', d.store)), '[]') into v_doomed from doomed d;
  return v_doomed;
end
$$;

revoke execute on function commerce.forbid_event_rewrite(), commerce.selling_role(uuid, uuid),
  commerce.dispute_side(commerce.orders), commerce.json_time(timestamptz), commerce.usage_of(commerce.orders),
  commerce.dispute_evidence(commerce.orders), commerce.tell_sellers(commerce.orders, text, text, text),
  commerce.tell_buyer(commerce.orders, text, text, text), commerce.party_order(uuid),
  commerce.open_dispute_of(commerce.orders), commerce.dispute_dto(commerce.orders, commerce.disputes),
  commerce.read_dispute(uuid), commerce.open_dispute(uuid, text, text), commerce.dispute_until(commerce.orders),
  commerce.require_voice(commerce.orders), commerce.speak_in_dispute(uuid, text), commerce.close_dispute(),
  commerce.withdraw_dispute(uuid), commerce.decide_dispute(uuid, text, text),
  commerce.list_disputes(text, text, timestamptz, uuid, integer), public.tend_disputes(integer),
  commerce.begin_dispute_file(uuid, text, text), commerce.finish_dispute_file(uuid, text, bigint, text),
  commerce.abandon_dispute_file(uuid), commerce.read_dispute_file(uuid, uuid) from public, anon, authenticated;
grant execute on function commerce.selling_role(uuid, uuid), commerce.read_dispute(uuid),
  commerce.open_dispute(uuid, text, text), commerce.speak_in_dispute(uuid, text), commerce.withdraw_dispute(uuid),
  commerce.decide_dispute(uuid, text, text), commerce.list_disputes(text, text, timestamptz, uuid, integer),
  commerce.begin_dispute_file(uuid, text, text), commerce.finish_dispute_file(uuid, text, bigint, text),
  commerce.abandon_dispute_file(uuid), commerce.read_dispute_file(uuid, uuid) to authenticated;
grant execute on function public.tend_disputes(integer) to service_role;

do $$
begin
  if to_regprocedure('cron.schedule(text,text,text)') is not null then
    perform cron.schedule('tend-disputes', '* * * * *', 'select public.tend_disputes(20)');
  end if;
end
$$;
