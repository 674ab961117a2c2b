-- Answers to requests that were sent with an Idempotency-Key, so that a repetition gets the first one's answer and changes
-- nothing a second time.

create table identity.kept_answers (
  key_hash bytea primary key check (length(key_hash) = 32),
  user_id uuid not null references auth.users (id) on delete cascade,
  fingerprint bytea not null check (length(fingerprint) = 32),
  lease uuid not null,
  leased_until timestamptz not null,
  status smallint,
  answer bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check ((status is null) = (answer is null))
);
comment on table identity.kept_answers is 'One row a caller and key: under way while it has no status, which ends with the lease; then the answer, encrypted with a key that is not here.';
comment on column identity.kept_answers.key_hash is 'sha256 of who sent it and the key.';
comment on column identity.kept_answers.fingerprint is 'sha256 of method, address and body: the same key with another request is refused.';
create index kept_answers_by_user on identity.kept_answers (user_id);
create index kept_answers_by_expiry on identity.kept_answers (expires_at);
alter table identity.kept_answers enable row level security;
revoke all on identity.kept_answers from anon, authenticated;
grant select, insert, update, delete on identity.kept_answers to service_role;

create function identity.claim_answer(
  p_key_hash bytea, p_user_id uuid, p_fingerprint bytea, p_lease uuid, p_lease_seconds integer, p_keep_seconds integer
) returns table (outcome text, answer bytea, wait_seconds integer)
language plpgsql
set search_path = ''
as $$
declare
  v_kept identity.kept_answers;
begin
  -- What is to be done with a request under this key: run it under the lease, replay the answer, or refuse it as reused or
  -- in_flight. A claim whose lease has run out without an answer may be taken over by the same request.
  insert into identity.kept_answers as k (key_hash, user_id, fingerprint, lease, leased_until, expires_at)
  values (p_key_hash, p_user_id, p_fingerprint, p_lease, now() + make_interval(secs => p_lease_seconds),
    now() + make_interval(secs => p_keep_seconds))
  on conflict (key_hash) do update set user_id = excluded.user_id, fingerprint = excluded.fingerprint,
    lease = excluded.lease, leased_until = excluded.leased_until, status = null, answer = null, created_at = now(),
    expires_at = excluded.expires_at
  where k.expires_at <= now()
    or (k.status is null and k.leased_until <= now() and k.fingerprint = excluded.fingerprint);
  if found then
    return query select 'run', null::bytea, null::integer;
    return;
  end if;
  select k.* into v_kept from identity.kept_answers k where k.key_hash = p_key_hash;
  if v_kept.fingerprint <> p_fingerprint then
    return query select 'reused', null::bytea, null::integer;
  elsif v_kept.status is not null then
    return query select 'replay', v_kept.answer, null::integer;
  else
    -- Let go of between the two statements, there is no row any more, and the next attempt runs.
    return query select 'in_flight', null::bytea,
      greatest(1, ceil(extract(epoch from coalesce(v_kept.leased_until, now()) - now())))::integer;
  end if;
end
$$;

create function identity.keep_answer(p_key_hash bytea, p_lease uuid, p_status integer, p_answer bytea) returns boolean
language sql
set search_path = ''
as $$
  -- False for who no longer holds the lease.
  with kept as (
    update identity.kept_answers k set status = p_status::smallint, answer = p_answer
    where k.key_hash = p_key_hash and k.lease = p_lease and k.status is null
    returning 1
  )
  select exists (select from kept)
$$;

create function identity.let_go_of_answer(p_key_hash bytea, p_lease uuid) returns void
language sql
set search_path = ''
as $$
  -- For what came to nothing: the next request under the key runs.
  delete from identity.kept_answers k where k.key_hash = p_key_hash and k.lease = p_lease and k.status is null
$$;

create function identity.forget_answers(p_limit integer) returns integer
language sql
set search_path = ''
as $$
  -- Those whose time is over, at most p_limit; answers how many it were.
  with forgotten as (
    delete from identity.kept_answers k where k.key_hash in (
      select old.key_hash from identity.kept_answers old where old.expires_at <= now()
      order by old.expires_at limit p_limit for update skip locked)
    returning 1
  )
  select count(*)::integer from forgotten
$$;

revoke execute on all functions in schema identity from public;
grant execute on function identity.claim_answer(bytea, uuid, bytea, uuid, integer, integer),
  identity.keep_answer(bytea, uuid, integer, bytea), identity.let_go_of_answer(bytea, uuid),
  identity.forget_answers(integer) to service_role;
