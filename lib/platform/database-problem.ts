/**
 * Owns the translation of database failures: refusals raised by our SQL functions become their problem, text that no
 * column can hold a 400, a deadlock or a database that cannot be reached or is too slow a 503. Everything else stays unexpected.
 */
import 'server-only'
import { type Issue, Problem, type ProblemCode, problemCodes } from '#lib/kernel/problem'

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  '53300', // too many connections
  '55P03', // lock not available
  '57014', // cancelled by statement_timeout
  '57P01', // shut down by an administrator
  '57P02', // crash shutdown
  '57P03', // starting up
])

/** Nothing was sent, or the server did not let anybody in. */
const UNSENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'CONNECT_TIMEOUT', '53300', '57P03'])

/** The server says so itself while it ends the session: between a commit and its answer, too. */
const CUT_OFF_CODE = /^(08...|40003|57P01|57P02)$/
/** With a digit, which the driver's own `EPIPE` has not. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

/** Two transactions in each other's way, of which Postgres undid this one: a serialization failure, a deadlock. */
const CROSSED_CODES = new Set(['40001', '40P01'])

/** What the database names no time for, such as room that somebody has to make, is not there again in a moment. */
const UNTOLD_RETRY_SECONDS = '3600'

/** Text, or text inside JSON, that Postgres cannot hold: U+0000, which only a client can have sent. */
const UNSTORABLE_TEXT_CODES = new Set(['22021', '22P05'])

interface DatabaseError {
  code: string
  message: string
  detail?: string
  hint?: string
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function isProblemCode(code: string | undefined): code is ProblemCode {
  return problemCodes.some((known) => known === code)
}

function issuesOf({ hint, message }: DatabaseError): Issue[] | undefined {
  if (!hint) return undefined
  return hint.startsWith('[{') ? (JSON.parse(hint) as Issue[]) : [{ path: hint, message }]
}

/** Returns the Problem that a client may see, or the error itself when there is none for it. */
export function databaseProblem(error: unknown): unknown {
  if (error instanceof Problem || !isDatabaseError(error)) return error
  // Our functions raise SQLSTATE SK + HTTP status, with the problem code as detail and the faulty input as hint: its
  // path, or a list of issues.
  if (error.code.startsWith('SK') && isProblemCode(error.detail)) {
    // Who comes too often or has too much is told in how many seconds to come again: the hint says it.
    if (error.detail === 'rate_limited' || error.detail === 'quota_exceeded') {
      const seconds = /^\d+$/.test(error.hint ?? '') ? error.hint : undefined
      const headers = { 'retry-after': seconds ?? UNTOLD_RETRY_SECONDS }
      return new Problem(error.detail, error.message, { headers, cause: error })
    }
    return new Problem(error.detail, error.message, { issues: issuesOf(error), cause: error })
  }
  if (UNSTORABLE_TEXT_CODES.has(error.code)) {
    return new Problem('bad_request', 'The text holds a character that cannot be stored, such as U+0000.', {
      cause: error,
    })
  }
  if (CROSSED_CODES.has(error.code)) {
    return new Problem(
      'unavailable',
      'Others changed the same things just now. Nothing was done; try again.',
      {
        headers: { 'retry-after': '1' },
        cause: error,
      },
    )
  }
  if (UNAVAILABLE_CODES.has(error.code) || error.code.startsWith('08')) {
    return new Problem(
      'unavailable',
      'The database cannot be reached at the moment. Please try again shortly.',
      {
        headers: { 'retry-after': '5' },
        cause: error,
      },
    )
  }
  return error
}

/** What one of our functions says of one of several requests, where for a single one it would raise it. */
export interface Refusal {
  status: string
  code: string
  message: string
  path: string
}

/** The problem that the same refusal would have become, had it been raised. */
export function refusalProblem({ status, code, message, path }: Refusal): Problem {
  const raised = Object.assign(new Error(message), { code: `SK${status}`, detail: code, hint: path })
  const problem = databaseProblem(raised)
  if (problem instanceof Problem) return problem
  throw new Error(`Nobody knows the refusal ${code}: ${message}`)
}

/** True when the database is there and has undone all of it, so that asking again can do no harm and may succeed. */
export function mayBeAskedAgain(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : error
  return (
    isDatabaseError(cause) &&
    SQLSTATE.test(cause.code) &&
    !CUT_OFF_CODE.test(cause.code) &&
    !UNAVAILABLE_CODES.has(cause.code)
  )
}

/**
 * False when it is known that what failed so has changed nothing: a refusal, what the database undid, what never reached
 * it. True when the answer was not waited for or got lost on its way, and for every failure that says neither.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof Problem) {
    // Without a cause it is we who gave up, before we began.
    return error.status >= 500 && error.cause !== undefined && mayHaveHappened(error.cause)
  }
  if (!isDatabaseError(error)) return true
  const isUndone = SQLSTATE.test(error.code) && !CUT_OFF_CODE.test(error.code)
  return !isUndone && !UNSENT_CODES.has(error.code)
}
