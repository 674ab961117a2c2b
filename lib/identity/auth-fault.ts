/**
 * Owns the translation of Supabase Auth errors into problems that a person may read. It must not reveal whether an
 * address has an account: callers that could, decide by `error.code` before they come here.
 */
import 'server-only'
import { type AuthError, isAuthRetryableFetchError, isAuthWeakPasswordError } from '@supabase/supabase-js'
import { Problem } from '#lib/kernel/problem'

const UNAVAILABLE =
  'The sign-in service cannot be reached at the moment. Nothing was changed; please try again shortly.'

/** `passwordField` is the name of the form field to which a refused password belongs. */
export function authProblem(error: AuthError, passwordField = 'password'): Problem {
  if (isAuthWeakPasswordError(error) || error.code === 'weak_password') {
    return fieldProblem(passwordField, error.message, error)
  }
  switch (error.code) {
    case 'same_password':
      return fieldProblem(passwordField, 'This is your password already. Choose another one.', error)
    case 'email_address_invalid':
    case 'email_address_not_authorized':
      return fieldProblem('email', 'This address cannot be used here.', error)
    case 'over_request_rate_limit':
    case 'over_email_send_rate_limit':
      return new Problem('rate_limited', 'Too many attempts. Please wait a minute and try again.', {
        headers: { 'retry-after': '60' },
        cause: error,
      })
    case 'signup_disabled':
    case 'email_provider_disabled':
      return new Problem('forbidden', 'New accounts cannot be opened here.', { cause: error })
    case 'session_not_found':
    case 'session_expired':
    case 'bad_jwt':
    case 'no_authorization':
      return new Problem('unauthenticated', 'Your session has ended. Sign in again.', { cause: error })
    case 'validation_failed':
      return new Problem('validation_failed', error.message, { cause: error })
    default:
      return new Problem('unavailable', UNAVAILABLE, { headers: { 'retry-after': '5' }, cause: error })
  }
}

/** True when Auth could not answer at all, which says nothing about any account. */
export function isAuthUnreachable(error: AuthError): boolean {
  // The second is an answer that was not JSON: a proxy's error page.
  return isAuthRetryableFetchError(error) || error.name === 'AuthUnknownError'
}

function fieldProblem(path: string, message: string, cause: unknown): Problem {
  return new Problem('validation_failed', message, { issues: [{ path, message }], cause })
}
