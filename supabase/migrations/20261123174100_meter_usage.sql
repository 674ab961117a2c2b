-- Metering: what a package's capability costs a unit, what a buyer allows a package to use, what it used, and the hourly
-- charge. A budget is a hold on the buyer's wallet, so what is used can always be paid and is never more than was allowed.

create schema metering;
comment on schema metering is 'Unit prices, budgets, usage events and their hourly charge.';
grant usage on schema metering to anon, authenticated, service_role;

create table metering.prices (
  package_id uuid not null references catalog.packages (id) on delete cascade,
  capability text not null check (capability ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
  -- Credits for so many units, so that one unit may cost a part of a credit.
  amount bigint not null check (amount between 0 and 1000000),
  per_units bigint not null default 1 check (per_units between 1 and 1000000),
  updated_at timestamptz not null default now(),
  primary key (package_id, capability)
);
comment on table metering.prices is 'What a package''s capability costs now. An event keeps the price it was reported at.';

create table metering.budgets (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  package_id uuid not null,
  store_id uuid not null,
  handle text not null,
  limit_amount bigint not null check (limit_amount > 0),
  -- Millionths of a credit; whole credits are charged, the rest waits for the next hour.
  used_micro bigint not null default 0,
  charged_amount bigint not null default 0,
  hold_id uuid not null references ledger.transactions (id),
  is_open boolean not null default true,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  constraint budgets_never_exceeded check (used_micro between 0 and limit_amount * 1000000),
  constraint budgets_charge_what_was_used check (charged_amount * 1000000 <= used_micro)
) with (fillfactor = 60);
comment on table metering.budgets is 'What a buyer allows a package to use, set aside in their wallet. Its id is what the buyer gives the seller''s service.';
create unique index budgets_open on metering.budgets (user_id, package_id) where is_open;
create index budgets_by_store on metering.budgets (store_id, created_at desc);
create index budgets_by_hold on metering.budgets (hold_id);
create index budgets_to_charge on metering.budgets (id) where is_open;

create table metering.events (
  package_id uuid not null,
  event_id text not null check (char_length(event_id) between 1 and 128),
  budget_id uuid not null references metering.budgets (id),
  capability text not null,
  units bigint not null check (units > 0),
  cost_micro bigint not null check (cost_micro >= 0),
  at timestamptz not null,
  received_at timestamptz not null default now(),
  hour_at timestamptz,
  primary key (package_id, event_id)
);
comment on table metering.events is 'Usage as a seller''s service reported it, once by the id the service gave it. hour_at is set when it was added up.';
create index events_by_budget on metering.events (budget_id, hour_at);

create table metering.hours (
  budget_id uuid not null references metering.budgets (id),
  hour_at timestamptz not null,
  capability text not null,
  units bigint not null,
  events bigint not null,
  cost_micro bigint not null,
  primary key (budget_id, hour_at, capability)
);
comment on table metering.hours is 'Usage by hour and capability: what the bill explains itself with.';

alter table metering.prices enable row level security;
alter table metering.budgets enable row level security;
alter table metering.events enable row level security;
alter table metering.hours enable row level security;
create policy prices_select_with_package on metering.prices for select to anon, authenticated
  using (exists (select from catalog.packages p where p.id = package_id));
create policy budgets_select_own on metering.budgets for select to authenticated using (user_id = (select auth.uid()));
create policy budgets_select_seller on metering.budgets for select to authenticated
  using (store_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy budgets_select_operator on metering.budgets for select to authenticated
  using ((select identity.is_operator()));
create policy events_select_with_budget on metering.events for select to authenticated
  using (exists (select from metering.budgets b where b.id = budget_id));
create policy hours_select_with_budget on metering.hours for select to authenticated
  using (exists (select from metering.budgets b where b.id = budget_id));
grant select on metering.prices to anon, authenticated, service_role;
grant select on metering.budgets, metering.events, metering.hours to authenticated, service_role;

alter table identity.api_tokens drop constraint api_tokens_scopes_check;
alter table identity.api_tokens add constraint api_tokens_scopes_check check (
  cardinality(scopes) > 0 and scopes <@ array['publish:new', 'publish:update', 'yank', 'read', 'usage:write']);

create function metering.budget_json(p_budget metering.budgets) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_budget.id, 'handle', p_budget.handle,
    'limit', jsonb_build_object('amount', p_budget.limit_amount, 'currency', 'CRD'),
    'used', jsonb_build_object('amount', (p_budget.used_micro + 999999) / 1000000, 'currency', 'CRD'),
    'charged', jsonb_build_object('amount', p_budget.charged_amount, 'currency', 'CRD'),
    'status', case when not p_budget.is_open then 'closed' when p_budget.expires_at <= now() then 'expired' else 'open' end,
    'expiresAt', to_char(p_budget.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'createdAt', to_char(p_budget.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
$$;

create function metering.set_prices(p_handle text, p_prices jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_package_id uuid;
begin
  -- The whole list of a package, by its store's owner or an operator.
  select p.id into v_package_id from catalog.packages p
  where p.handle = p_handle and (catalog.owns_store(p.store_id) or identity.is_operator());
  if v_package_id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  end if;
  delete from metering.prices r where r.package_id = v_package_id
    and r.capability not in (select g ->> 'capability' from jsonb_array_elements(p_prices) g);
  insert into metering.prices as r (package_id, capability, amount, per_units)
  select v_package_id, g ->> 'capability', (g ->> 'amount')::bigint, (g ->> 'perUnits')::bigint
  from jsonb_array_elements(p_prices) g
  on conflict (package_id, capability) do update set amount = excluded.amount, per_units = excluded.per_units,
    updated_at = now() where (r.amount, r.per_units) <> (excluded.amount, excluded.per_units);
  perform identity.record_audit('package.price', p_handle, split_part(p_handle, '/', 1),
    jsonb_build_object('unitPrices', p_prices));
  return metering.read_prices(p_handle);
end
$$;

create function metering.read_prices(p_handle text) returns jsonb
language sql stable
set search_path = ''
as $$
  -- With the rights of the caller: null when they see no such package.
  select coalesce(jsonb_agg(jsonb_build_object('capability', r.capability,
      'price', jsonb_build_object('amount', r.amount, 'currency', 'CRD'), 'perUnits', r.per_units)
    order by r.capability) filter (where r.capability is not null), '[]')
  from catalog.packages p left join metering.prices r on r.package_id = p.id
  where p.handle = p_handle group by p.id
$$;

create function metering.add_up(p_budget metering.budgets) returns metering.budgets
language plpgsql
set search_path = ''
as $$
declare
  v_due bigint;
  v_fee bigint;
  v_provider uuid;
  v_settings commerce.settings;
begin
  -- Adds up what is not yet added up and charges the whole credits of it. The caller holds the lock of the budget.
  with added as (
    update metering.events e set hour_at = date_trunc('hour', e.at, 'UTC')
    where e.budget_id = p_budget.id and e.hour_at is null
    returning e.hour_at, e.capability, e.units, e.cost_micro
  )
  insert into metering.hours as h (budget_id, hour_at, capability, units, events, cost_micro)
  select p_budget.id, a.hour_at, a.capability, sum(a.units), count(*), sum(a.cost_micro)
  from added a group by a.hour_at, a.capability
  on conflict (budget_id, hour_at, capability) do update set units = h.units + excluded.units,
    events = h.events + excluded.events, cost_micro = h.cost_micro + excluded.cost_micro;
  v_due := p_budget.used_micro / 1000000 - p_budget.charged_amount;
  if v_due <= 0 then
    return p_budget;
  end if;
  select s.* into v_settings from commerce.settings s;
  select t.provider_id into v_provider from ledger.transactions t where t.id = p_budget.hold_id;
  v_fee := case when v_provider is null then v_due else v_due * v_settings.fee_basis_points / 10000 end;
  perform ledger.charge_hold(p_budget.hold_id, 'metering_charge', v_due, v_fee, now() + v_settings.dispute_window, false,
    format('metering:%s:%s', p_budget.id, p_budget.charged_amount + v_due),
    jsonb_build_object('budgetId', p_budget.id, 'handle', p_budget.handle), '{}', null);
  update metering.budgets b set charged_amount = b.charged_amount + v_due where b.id = p_budget.id
  returning b.* into p_budget;
  return p_budget;
end
$$;

create function metering.hold_for(p_budget metering.budgets, p_amount bigint, p_expires_at timestamptz) returns uuid
language sql
set search_path = ''
as $$
  -- A week longer than the budget: the last charge comes before the hold would end by itself.
  select ledger.hold(p_budget.user_id, p_amount, p_expires_at + interval '7 days',
    (select case when s.product_type = 'house' or s.owner_id is null then null else s.id end
     from catalog.stores s where s.id = p_budget.store_id),
    p_budget.handle, null, jsonb_build_object('budgetId', p_budget.id), p_budget.user_id)
$$;

create function metering.close_budget(p_budget metering.budgets, p_reason text) returns metering.budgets
language plpgsql
set search_path = ''
as $$
begin
  -- Charges what was used and gives back the rest. Parts of a credit are the buyer's.
  p_budget := metering.add_up(p_budget);
  perform ledger.close_hold(p_budget.hold_id, 'voided', p_reason, p_budget.user_id);
  update metering.budgets b set is_open = false, closed_at = clock_timestamp() where b.id = p_budget.id
  returning b.* into p_budget;
  return p_budget;
end
$$;

create function metering.set_budget(p_handle text, p_limit bigint, p_expires_at timestamptz) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_package record;
  v_budget metering.budgets;
begin
  -- Grants the caller's budget for a package, or changes it: more is set aside, less is given back, never below what was used.
  select p.id, p.store_id, s.owner_id into v_package
  from catalog.packages p join catalog.stores s on s.id = p.store_id
  where p.handle = p_handle and p.status = 'approved' and s.status = 'approved';
  if v_user_id is null or v_package.id is null then
    perform catalog.refuse('404', 'not_found', format('There is no package %s.', p_handle));
  elsif v_package.owner_id = v_user_id then
    perform catalog.refuse('403', 'own_package', 'This package is yours: it is your store that charges for it.');
  elsif not exists (select from metering.prices r where r.package_id = v_package.id) then
    perform catalog.refuse('409', 'conflict', format('%s charges nothing by use.', p_handle));
  end if;
  -- One change of a person's budgets at a time, before any row is locked.
  perform pg_advisory_xact_lock(hashtextextended(v_user_id::text, 7308));
  select b.* into v_budget from metering.budgets b
  where b.user_id = v_user_id and b.package_id = v_package.id and b.is_open for no key update;
  if v_budget.id is null then
    v_budget.id := gen_random_uuid();
    v_budget.user_id := v_user_id;
    v_budget.store_id := v_package.store_id;
    v_budget.handle := p_handle;
    insert into metering.budgets (id, user_id, package_id, store_id, handle, limit_amount, hold_id, expires_at)
    values (v_budget.id, v_user_id, v_package.id, v_package.store_id, p_handle, p_limit,
      metering.hold_for(v_budget, p_limit, p_expires_at), p_expires_at)
    returning * into v_budget;
    return metering.budget_json(v_budget);
  end if;
  if p_limit * 1000000 < v_budget.used_micro then
    perform catalog.refuse('409', 'conflict', format('%s of this budget are used already.',
      ledger.amount_of((v_budget.used_micro + 999999) / 1000000)), 'limit');
  end if;
  if p_limit >= v_budget.limit_amount then
    perform ledger.extend_hold(v_budget.hold_id, p_limit - v_budget.limit_amount, p_expires_at + interval '7 days', null,
      v_user_id);
  else
    v_budget := metering.add_up(v_budget);
    perform ledger.close_hold(v_budget.hold_id, 'voided', 'a smaller budget', v_user_id);
    if p_limit > v_budget.charged_amount then
      v_budget.hold_id := metering.hold_for(v_budget, p_limit - v_budget.charged_amount, p_expires_at);
    else
      -- All of it is used and paid: nothing is left to hold.
      update metering.budgets b set is_open = false, closed_at = clock_timestamp(), limit_amount = p_limit
      where b.id = v_budget.id returning b.* into v_budget;
      return metering.budget_json(v_budget);
    end if;
  end if;
  update metering.budgets b set limit_amount = p_limit, expires_at = p_expires_at, hold_id = v_budget.hold_id
  where b.id = v_budget.id returning b.* into v_budget;
  return metering.budget_json(v_budget);
end
$$;

create function metering.revoke_budget(p_handle text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_budget metering.budgets;
begin
  select b.* into v_budget from metering.budgets b
  where b.user_id = auth.uid() and b.handle = p_handle and b.is_open for no key update;
  if v_budget.id is null then
    perform catalog.refuse('404', 'not_found', format('You have no open budget for %s.', p_handle));
  end if;
  return metering.budget_json(metering.close_budget(v_budget, 'revoked'));
end
$$;

create function metering.report_event(p_event jsonb, p_user_id uuid, p_namespaces text[]) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_budget metering.budgets;
  v_known metering.events;
  v_price metering.prices;
  v_cost bigint;
begin
  -- One event: accepted, a duplicate of one that was, or refused with the reason. What is not the caller's is unknown.
  select b.* into v_budget from metering.budgets b
  join catalog.stores s on s.id = b.store_id and s.owner_id = p_user_id
  where b.id = (p_event ->> 'budget')::uuid and b.handle = p_event ->> 'package'
    and (p_namespaces is null or split_part(b.handle, '/', 1) = any (p_namespaces))
  for no key update of b;
  if v_budget.id is null then
    return jsonb_build_object('status', 'refused', 'code', 'unknown_budget');
  end if;
  select e.* into v_known from metering.events e
  where e.package_id = v_budget.package_id and e.event_id = p_event ->> 'id';
  if found then
    if (v_known.budget_id, v_known.capability, v_known.units, v_known.at) is distinct from
       (v_budget.id, p_event ->> 'capability', (p_event ->> 'units')::bigint, (p_event ->> 'at')::timestamptz) then
      return jsonb_build_object('status', 'refused', 'code', 'event_id_reused');
    end if;
    return jsonb_build_object('status', 'duplicate');
  end if;
  select r.* into v_price from metering.prices r
  where r.package_id = v_budget.package_id and r.capability = p_event ->> 'capability';
  if not v_budget.is_open or v_budget.expires_at <= clock_timestamp() then
    return jsonb_build_object('status', 'refused', 'code', 'budget_closed');
  elsif v_price.package_id is null then
    return jsonb_build_object('status', 'refused', 'code', 'unknown_capability');
  elsif (p_event ->> 'at')::timestamptz not between clock_timestamp() - interval '7 days'
      and clock_timestamp() + interval '5 minutes' then
    return jsonb_build_object('status', 'refused', 'code', 'outside_window');
  end if;
  v_cost := (p_event ->> 'units')::bigint * v_price.amount * 1000000 / v_price.per_units;
  if v_cost > v_budget.limit_amount * 1000000 - v_budget.used_micro then
    return jsonb_build_object('status', 'refused', 'code', 'budget_exceeded');
  end if;
  -- Unique over the package's budgets: whoever sends one id for two budgets at once waits here.
  insert into metering.events (package_id, event_id, budget_id, capability, units, cost_micro, at)
  values (v_budget.package_id, p_event ->> 'id', v_budget.id, p_event ->> 'capability', (p_event ->> 'units')::bigint,
    v_cost, (p_event ->> 'at')::timestamptz)
  on conflict do nothing;
  if not found then
    return jsonb_build_object('status', 'refused', 'code', 'event_id_reused');
  end if;
  update metering.budgets b set used_micro = b.used_micro + v_cost where b.id = v_budget.id;
  return jsonb_build_object('status', 'accepted');
end
$$;

create function metering.report_usage(p_events jsonb, p_namespaces text[]) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_event record;
  v_answers jsonb[] := array_fill(null::jsonb, array[jsonb_array_length(p_events)]);
begin
  -- Many events at once, each with its own outcome, in the order of their budgets so that two batches cannot wait for
  -- each other. p_namespaces: those the caller's token reaches; null: all.
  if auth.uid() is null then
    perform catalog.refuse('401', 'unauthenticated', 'Sign in first.');
  end if;
  for v_event in
    select e.event, e.position from jsonb_array_elements(p_events) with ordinality e (event, position)
    order by e.event ->> 'budget', e.event ->> 'package', e.event ->> 'id', e.position
  loop
    v_answers[v_event.position] := jsonb_build_object('id', v_event.event ->> 'id')
      || metering.report_event(v_event.event, auth.uid(), p_namespaces);
  end loop;
  return to_jsonb(v_answers);
end
$$;

create function metering.charge_usage(p_limit integer default 500) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  v_budget metering.budgets;
  v_count integer := 0;
begin
  -- Adds up and charges every budget that was used; closes those whose time is over. Safe to repeat and from several places,
  -- one at a time: two would lock wallets in different orders.
  if not pg_try_advisory_xact_lock(7309) then
    return 0;
  end if;
  for v_budget in
    select b.* from metering.budgets b
    where b.is_open and (b.expires_at <= now() or b.used_micro >= (b.charged_amount + 1) * 1000000
      or exists (select from metering.events e where e.budget_id = b.id and e.hour_at is null))
    order by b.id limit p_limit for no key update skip locked
  loop
    if v_budget.expires_at <= now() then
      perform metering.close_budget(v_budget, 'its time was over');
    else
      perform metering.add_up(v_budget);
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function metering.list_budgets(p_of_seller boolean) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- The caller's own, or those that others granted to packages of the caller's store. Newest 200.
  select coalesce(jsonb_agg(l.entry order by l.created_at desc), '[]') from (
    select b.created_at, metering.budget_json(b)
      || case when p_of_seller then jsonb_build_object('buyer', coalesce(f.display_name, 'A former member'))
         else '{}'::jsonb end as entry
    from metering.budgets b left join identity.profiles f on f.user_id = b.user_id
    where case when p_of_seller then catalog.owns_store(b.store_id) else b.user_id = auth.uid() end
    order by b.created_at desc limit 200) l
$$;

create function metering.list_usage(p_of_seller boolean, p_handle text, p_from timestamptz, p_until timestamptz)
returns jsonb
language sql stable security definer
set search_path = ''
as $$
  -- By hour and capability, newest first, what is not added up yet included; at most 1,000 lines.
  with lines as (
    select b.handle, h.hour_at, h.capability, sum(h.units) as units, sum(h.events) as events,
      sum(h.cost_micro) as cost_micro
    from metering.budgets b
    cross join lateral (
      select a.hour_at, a.capability, a.units, a.events, a.cost_micro from metering.hours a where a.budget_id = b.id
      union all
      select date_trunc('hour', e.at, 'UTC'), e.capability, e.units, 1, e.cost_micro from metering.events e
      where e.budget_id = b.id and e.hour_at is null) h
    where case when p_of_seller then catalog.owns_store(b.store_id) else b.user_id = auth.uid() end
      and (p_handle is null or b.handle = p_handle) and h.hour_at >= p_from and h.hour_at < p_until
    group by b.handle, h.hour_at, h.capability order by h.hour_at desc, b.handle, h.capability limit 1000
  )
  select coalesce(jsonb_agg(jsonb_build_object('handle', l.handle,
    'hour', to_char(l.hour_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'capability', l.capability,
    'units', l.units, 'events', l.events, 'creditMillionths', l.cost_micro)
    order by l.hour_at desc, l.handle, l.capability), '[]') from lines l
$$;

revoke execute on all functions in schema metering from public;
grant execute on function metering.read_prices(text) to anon, authenticated, service_role;
grant execute on function metering.set_prices(text, jsonb), metering.set_budget(text, bigint, timestamptz),
  metering.revoke_budget(text), metering.report_usage(jsonb, text[]), metering.list_budgets(boolean),
  metering.list_usage(boolean, text, timestamptz, timestamptz) to authenticated;
grant execute on function metering.charge_usage(integer) to service_role;
