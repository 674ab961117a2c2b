/**
 * The three demo people of the embedded marketplace. They sign up through the Auth API like anybody; only the
 * operator's role is set in the database, because no API of ours grants it.
 */
import { createClient } from '@supabase/supabase-js'
import type postgres from 'postgres'

const DEMO_PASSWORD = 'souk-demo-password'

export interface DemoPeople {
  shopperId: string
  sellerId: string
  operatorId: string
}

export interface SupabaseSettings {
  url: string
  publishableKey: string
}

export async function ensurePeople(sql: postgres.Sql, supabase: SupabaseSettings): Promise<DemoPeople> {
  const shopperId = await ensurePerson(sql, supabase, 'shopper@souk.test', 'Sami the shopper')
  const sellerId = await ensurePerson(sql, supabase, 'seller@souk.test', 'Selma the seller')
  const operatorId = await ensurePerson(sql, supabase, 'operator@souk.test', 'Omar the operator')
  await sql`
    update auth.users set raw_app_meta_data = coalesce(raw_app_meta_data::jsonb, '{}') || '{"role": "operator"}'
    where id = ${operatorId} and raw_app_meta_data::jsonb ->> 'role' is distinct from 'operator'`
  return { shopperId, sellerId, operatorId }
}

async function ensurePerson(
  sql: postgres.Sql,
  { url, publishableKey }: SupabaseSettings,
  email: string,
  displayName: string,
): Promise<string> {
  const known = await sql<{ id: string }[]>`select id from auth.users where email = ${email}`
  if (known[0]) return known[0].id
  const client = createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  })
  const { data, error } = await client.auth.signUp({
    email,
    password: DEMO_PASSWORD,
    options: { data: { display_name: displayName } },
  })
  if (error || !data.user)
    throw new Error(`Could not sign up ${email}: ${error?.message ?? 'no user came back'}`)
  return data.user.id
}
