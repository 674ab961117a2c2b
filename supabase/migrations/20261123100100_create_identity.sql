-- Profiles beside auth.users, scoped API tokens, and the two questions every policy asks: who, and is it the operator.

create function identity.is_operator() returns boolean
language sql stable
set search_path = ''
as $$
  -- app_metadata is written by the service alone; user_metadata is the person's own and grants nothing.
  select coalesce((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'operator', false)
$$;
comment on function identity.is_operator() is 'True when the caller''s verified claims carry app_metadata.role = operator.';

create table identity.profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (char_length(display_name) between 1 and 80),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table identity.profiles is 'The public face of a person. One row per auth user, made by trigger at sign-up.';

create function identity.create_profile() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_name text := btrim(coalesce(new.raw_user_meta_data ->> 'display_name', ''));
begin
  if v_name = '' then
    -- Not the address, nor a part of it: profiles are public.
    v_name := 'New member';
  end if;
  insert into identity.profiles (user_id, display_name)
  values (new.id, left(v_name, 80))
  on conflict (user_id) do nothing;
  return new;
end
$$;
create trigger create_profile_after_sign_up
  after insert on auth.users
  for each row execute function identity.create_profile();

create table identity.api_tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 80),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  token_hint text not null check (char_length(token_hint) between 4 and 16),
  scopes text[] not null
    check (cardinality(scopes) > 0 and scopes <@ array['publish:new', 'publish:update', 'yank', 'read']),
  namespaces text[],
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table identity.api_tokens is 'Scoped API tokens. Only the SHA-256 of the secret is kept; namespaces null means all of the owner''s.';
create index api_tokens_by_user on identity.api_tokens (user_id, created_at desc);

alter table identity.profiles enable row level security;
alter table identity.api_tokens enable row level security;

create policy profiles_select_everyone on identity.profiles for select to anon, authenticated using (true);
create policy profiles_update_own on identity.profiles for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy api_tokens_select_own on identity.api_tokens for select to authenticated
  using (user_id = (select auth.uid()));
create policy api_tokens_insert_own on identity.api_tokens for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy api_tokens_update_own on identity.api_tokens for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

grant select (user_id, display_name, created_at) on identity.profiles to anon, authenticated;
grant update (display_name, updated_at) on identity.profiles to authenticated;
grant select (id, user_id, name, token_hint, scopes, namespaces, expires_at, last_used_at, revoked_at, created_at)
  on identity.api_tokens to authenticated;
grant insert (id, user_id, name, token_hash, token_hint, scopes, namespaces, expires_at)
  on identity.api_tokens to authenticated;
grant update (revoked_at) on identity.api_tokens to authenticated;
grant select, insert, update, delete on identity.profiles, identity.api_tokens to service_role;

create function identity.authenticate_token(p_token_hash bytea)
returns table (
  token_id uuid, user_id uuid, email text, app_role text, scopes text[], namespaces text[], display_name text
)
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Finds the live token with this hash and notes its use, at most once a minute so that a busy token is not a hot row.
  return query
    select t.id, t.user_id, u.email::text, u.raw_app_meta_data ->> 'role', t.scopes, t.namespaces, p.display_name
    from identity.api_tokens t
    join auth.users u on u.id = t.user_id
    left join identity.profiles p on p.user_id = t.user_id
    where t.token_hash = p_token_hash and t.revoked_at is null and t.expires_at > now();
  update identity.api_tokens t
  set last_used_at = now()
  where t.token_hash = p_token_hash and t.revoked_at is null and t.expires_at > now()
    and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute');
end
$$;

revoke execute on all functions in schema identity from public;
grant execute on function identity.is_operator() to anon, authenticated, service_role;
grant execute on function identity.authenticate_token(bytea) to service_role;
