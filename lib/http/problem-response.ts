/** Owns how a failure leaves the server: as RFC 9457 problem+json, telling the caller nothing of the inside. */
import 'server-only'
import { Problem, problemBody } from '#lib/kernel/problem'
import { type Answer, toResponse } from './answer.ts'
import { cacheControl } from './cache-policy.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

export function problemAnswer(problem: Problem, requestId: string): Answer {
  const headers = new Headers(problem.headers)
  headers.set('content-type', PROBLEM_CONTENT_TYPE)
  headers.set('cache-control', cacheControl('private'))
  headers.set(REQUEST_ID_HEADER, requestId)
  if (problem.status === 401 && !headers.has('www-authenticate')) headers.set('www-authenticate', 'Bearer')
  if (problem.status === 503 && !headers.has('retry-after')) headers.set('retry-after', '5')
  return { status: problem.status, headers, body: JSON.stringify(problemBody(problem, requestId)) }
}

export function problemResponse(problem: Problem, requestId: string): Response {
  return toResponse(problemAnswer(problem, requestId))
}

/** What the caller gets to see of a failure that nobody foresaw. */
export function internalProblem(cause: unknown): Problem {
  return new Problem(
    'internal',
    'Something went wrong on our side. The request id helps us to find out what.',
    { cause },
  )
}
