-- Money and rights must not wait for somebody to tell: a person whose account is gone is told nothing.

create or replace function identity.notify_person(
  p_user_id uuid, p_kind text, p_title text, p_href text, p_body text default ''
) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Tells one person, in the caller's transaction; nobody, such as the owner of a house store or somebody whose account
  -- was deleted, is told nothing. Only functions with their owner's rights and the service may call it.
  if p_user_id is null or not exists (select from auth.users u where u.id = p_user_id) then
    return;
  end if;
  delete from identity.notifications n
  where n.user_id = p_user_id and n.created_at < now() - interval '180 days';
  insert into identity.notifications (user_id, kind, title, body, href)
  values (p_user_id, p_kind, left(p_title, 200), left(coalesce(p_body, ''), 2000), p_href);
end
$$;
