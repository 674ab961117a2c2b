/** Owns the way to the database: named SQL functions through the project's REST API, with a deadline and no retries. */
import { createClient } from '@supabase/supabase-js'
import { Problem } from '../../../lib/kernel/problem.ts'
import type { FunctionSettings } from './settings.ts'

export interface Database {
  /**
   * Calls `public.<name>()` with the secret key and answers what it returns.
   * @throws Problem `unavailable` when the database is away or late; Error when it refuses the call.
   */
  call(name: string, timeoutMs: number): Promise<unknown>
}

export function createDatabase({ supabaseUrl, secretKeys }: FunctionSettings): Database {
  const client = createClient(supabaseUrl, secretKeys[0], {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  })
  return {
    async call(name, timeoutMs) {
      const { data, error, status } = await client.rpc(name).abortSignal(AbortSignal.timeout(timeoutMs))
      if (!error) return data
      const cause = new Error(`rpc ${name}: ${status} ${error.code} ${error.message}`)
      // No status means no answer came; 5xx that the database, or the API in front of it, is not up.
      if (status === 0 || status >= 500) {
        throw new Problem('unavailable', 'The database cannot be reached at the moment.', {
          headers: { 'retry-after': '5' },
          cause,
        })
      }
      throw cause
    },
  }
}
