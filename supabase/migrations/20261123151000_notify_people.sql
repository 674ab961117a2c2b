-- What happened that somebody should know: written by the function that made it happen, in its own transaction.

create table identity.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$'),
  title text not null check (char_length(title) between 1 and 200),
  body text not null default '' check (char_length(body) <= 2000),
  href text not null check (href ~ '^/([^/\\]|$)' and char_length(href) <= 500),
  read_at timestamptz,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp())
);
comment on table identity.notifications is 'Messages to one person in the app. Written by identity.notify_person alone; kept for half a year.';
create index notifications_newest_first on identity.notifications (user_id, created_at desc, id desc);
create index notifications_unread on identity.notifications (user_id) where read_at is null;

alter table identity.notifications enable row level security;
create policy notifications_select_own on identity.notifications for select to authenticated
  using (user_id = (select auth.uid()));
create policy notifications_update_own on identity.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, update (read_at) on identity.notifications to authenticated;
grant select, delete on identity.notifications to service_role;

create function identity.notify_person(
  p_user_id uuid, p_kind text, p_title text, p_href text, p_body text default ''
) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Tells one person, in the caller's transaction; nobody, such as the owner of a house store, is told nothing.
  -- Only functions with their owner's rights and the service may call it.
  if p_user_id is null then
    return;
  end if;
  delete from identity.notifications n
  where n.user_id = p_user_id and n.created_at < now() - interval '180 days';
  insert into identity.notifications (user_id, kind, title, body, href)
  values (p_user_id, p_kind, left(p_title, 200), left(coalesce(p_body, ''), 2000), p_href);
end
$$;

revoke execute on all functions in schema identity from public;
grant execute on function identity.notify_person(uuid, text, text, text, text) to service_role;
