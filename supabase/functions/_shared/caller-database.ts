/**
 * Owns the way to the database in the caller's own name: named SQL functions through the project's REST API, which checks
 * their token, and their refusals as the problems that they are.
 */
import { createClient } from '@supabase/supabase-js'
import { type Issue, Problem, type ProblemCode, problemCodes } from '../../../lib/kernel/problem.ts'
import { unauthenticated } from './caller.ts'
import type { PublicSettings } from './settings.ts'

export interface CallerDatabase {
  /**
   * Calls `public.<name>(…)` as the person whose token it is.
   * @throws Problem what the function refused with, `unauthenticated` for a token that is not good, `unavailable` when
   *   the database is away or late; Error for anything else.
   */
  call(
    name: string,
    input: Readonly<Record<string, unknown>>,
    options: { token: string; timeoutMs: number },
  ): Promise<unknown>
}

/** Of the API: all of it. Of a gateway in front of it: whatever its page said, or nothing. */
interface Refusal {
  code?: string | null
  message?: string | null
  details?: string | null
  hint?: string | null
}

/** Two transactions in each other's way, or one that waited too long: undone, and may be asked again. */
const PASSING = new Set(['40001', '40P01', '55P03', '57014'])
const INSUFFICIENT_PRIVILEGE = '42501'

export function createCallerDatabase({ supabaseUrl, publishableKey }: PublicSettings): CallerDatabase {
  return {
    async call(name, input, { token, timeoutMs }) {
      const client = createClient(supabaseUrl, publishableKey, {
        auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
        accessToken: () => Promise.resolve(token),
      })
      const { data, error, status } = await client
        .rpc(name, input)
        .abortSignal(AbortSignal.timeout(timeoutMs))
      if (!error) return data
      throw failureOf(name, error, status)
    },
  }
}

function failureOf(name: string, error: Refusal, status: number): Error {
  const [code, message, details] = [error.code ?? '', error.message ?? '', error.details ?? '']
  // PT and a status: a refusal that the function made itself, with the problem code as detail.
  if (code.startsWith('PT') && isProblemCode(details)) {
    return new Problem(details, message, { issues: issuesOf(error.hint ?? '', message) })
  }
  if (status === 401 || code === INSUFFICIENT_PRIVILEGE) {
    return unauthenticated('The access token is malformed, has expired, or is nobody’s.')
  }
  const cause = new Error(`rpc ${name}: ${status} ${code} ${message}`)
  // No status means no answer came; 5xx that the database, or the API in front of it, is not up.
  if (status === 0 || status >= 500 || PASSING.has(code)) {
    return new Problem('unavailable', 'The database cannot be reached at the moment.', {
      headers: { 'retry-after': '5' },
      cause,
    })
  }
  return cause
}

function isProblemCode(code: string): code is ProblemCode {
  return problemCodes.some((known) => known === code)
}

function issuesOf(hint: string, message: string): Issue[] | undefined {
  return hint ? [{ path: hint, message }] : undefined
}
