/** Owns asking Supabase Auth whether it is there. It decides nothing about what follows from the answer. */
import 'server-only'
import { env } from './env.ts'

/** @throws when Auth does not answer well within `timeoutMs`. */
export async function probeAuth(timeoutMs: number): Promise<void> {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY } = env()
  const response = await fetch(new URL('/auth/v1/health', SUPABASE_URL), {
    headers: { apikey: SUPABASE_PUBLISHABLE_KEY },
    signal: AbortSignal.timeout(timeoutMs),
    cache: 'no-store',
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`Auth answered ${response.status}`)
}
