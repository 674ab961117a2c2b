/**
 * Owns the translation of database failures: refusals raised by our SQL functions become their problem, a database
 * that cannot be reached or is too slow becomes a 503. Everything else stays an unexpected error.
 */
import 'server-only'
import { Problem, type ProblemCode, problemCodes } from '#lib/kernel/problem'

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

interface DatabaseError {
  code: string
  message: string
  detail?: string
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function isProblemCode(code: string | undefined): code is ProblemCode {
  return problemCodes.some((known) => known === code)
}

/** Returns the Problem that a client may see, or the error itself when there is none for it. */
export function databaseProblem(error: unknown): unknown {
  if (error instanceof Problem || !isDatabaseError(error)) return error
  // Our functions raise SQLSTATE SK + HTTP status, with the problem code as detail.
  if (error.code.startsWith('SK') && isProblemCode(error.detail)) {
    return new Problem(error.detail, error.message, { cause: error })
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
