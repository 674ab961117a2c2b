/**
 * What a hosted Supabase project has before the first migration: the `auth` schema, the API roles, the `extensions`
 * schema. Safe to run at every start. It owns nothing of the marketplace itself.
 */
import { App } from '@supabase/lite'
import { createPostgresConnection } from '@supabase/lite/postgres'
import postgres from 'postgres'

export type RolePasswords = { authenticator: string; soukApp: string }

/** Runs before anything refers to the roles. Roles belong to the whole server, so they may exist already. */
const ROLES = `
do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin noinherit; end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticator') then create role authenticator login; end if;
  if not exists (select from pg_roles where rolname = 'souk_app') then create role souk_app login noinherit; end if;
end
$$;
-- The API reads the catalogue of tables before it takes a role, and sees only what its login may touch.
grant anon, authenticated, service_role to authenticator with inherit true, set true;
grant anon, authenticated, service_role to souk_app with inherit false, set true;
alter role postgres set search_path = "$user", public, extensions;
alter role authenticator set search_path = "$user", public, extensions;
alter role authenticator set statement_timeout = '30s';
alter role authenticator set idle_in_transaction_session_timeout = '30s';
alter role souk_app set search_path = "$user", public, extensions;
alter role souk_app set idle_in_transaction_session_timeout = '60s';
`

const SCHEMAS = `
create schema if not exists extensions;
grant usage on schema extensions to public;
create extension if not exists pg_stat_statements with schema extensions;
grant usage on schema public, auth to anon, authenticated, service_role, authenticator;
grant all on all tables in schema auth to authenticator;
grant all on all sequences in schema auth to authenticator;
`

/** As hosted projects define them: the claims arrive as one JSON setting, or one setting each from older servers. */
const AUTH_FUNCTIONS = `
create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
`

/**
 * The embedded Auth API writes metadata as a JSON text inside the jsonb column; hosted projects hold the object itself.
 * Unwrapped before it is stored, so that SQL reads the same from both.
 */
const AUTH_METADATA = `
create or replace function auth.unwrap_metadata() returns trigger language plpgsql set search_path = '' as $$
begin
  if jsonb_typeof(new.raw_app_meta_data) = 'string' then
    new.raw_app_meta_data := (new.raw_app_meta_data #>> '{}')::jsonb;
  end if;
  if jsonb_typeof(new.raw_user_meta_data) = 'string' then
    new.raw_user_meta_data := (new.raw_user_meta_data #>> '{}')::jsonb;
  end if;
  return new;
end
$$;
create or replace trigger unwrap_metadata before insert or update on auth.users
  for each row execute function auth.unwrap_metadata();
update auth.users set updated_at = updated_at
where jsonb_typeof(raw_app_meta_data) = 'string' or jsonb_typeof(raw_user_meta_data) = 'string';
`

async function createAuthTables(url: string): Promise<void> {
  const connection = createPostgresConnection({ url, postgresOptions: { max: 1, onnotice: () => undefined } })
  try {
    const app = new App({ connection, auth: { enabled: true }, db: { migrations: { enabled: false } } })
    await app.ensureSystemSchema()
  } finally {
    await connection.close()
  }
}

/** `url` logs in as the superuser `postgres`. */
export async function createSystemSchema(url: string, passwords: RolePasswords): Promise<void> {
  await createAuthTables(url)
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe(ROLES)
    // Utility statements take no parameters; the passwords are base64url and quoted all the same.
    for (const [role, password] of Object.entries({
      authenticator: passwords.authenticator,
      souk_app: passwords.soukApp,
    })) {
      await sql.unsafe(`alter role ${role} password '${password.replaceAll("'", "''")}'`)
    }
    await sql.unsafe(SCHEMAS)
    await sql.unsafe(AUTH_FUNCTIONS)
    await sql.unsafe(AUTH_METADATA)
    const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
      select count(*)::integer from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'auth' and c.relname in ('users', 'sessions', 'refresh_tokens', 'identities')`
    if (count !== 4) throw new Error('The Auth tables could not be created.')
  } finally {
    await sql.end({ timeout: 5 })
  }
}
