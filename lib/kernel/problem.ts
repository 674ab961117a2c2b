/**
 * Owns the one error of the product and the one table from error code to HTTP status and title (RFC 9457).
 * It must not know HTTP responses, logging or any feature.
 */

const PROBLEMS = {
  bad_request: { status: 400, title: 'Bad request' },
  unauthenticated: { status: 401, title: 'Sign-in required' },
  payment_required: { status: 402, title: 'Payment required' },
  budget_exceeded: { status: 402, title: 'Budget exceeded' },
  forbidden: { status: 403, title: 'Not allowed' },
  insufficient_scope: { status: 403, title: 'Token scope too narrow' },
  namespace_not_owned: { status: 403, title: 'Namespace not yours' },
  store_suspended: { status: 403, title: 'Store suspended' },
  own_package: { status: 403, title: 'Not on your own package' },
  csrf_failed: { status: 403, title: 'Cross-site request refused' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  not_acceptable: { status: 406, title: 'Not acceptable' },
  conflict: { status: 409, title: 'Conflict' },
  version_exists: { status: 409, title: 'Version already published' },
  name_taken: { status: 409, title: 'Name already taken' },
  store_exists: { status: 409, title: 'Store already open' },
  store_required: { status: 409, title: 'Store needed first' },
  already_owned: { status: 409, title: 'Already yours' },
  sold_out: { status: 409, title: 'Sold out' },
  price_changed: { status: 409, title: 'Price changed' },
  user_changed: { status: 409, title: 'Somebody else is signed in' },
  idempotency_in_flight: { status: 409, title: 'Same request still running' },
  gone: { status: 410, title: 'Gone' },
  precondition_failed: { status: 412, title: 'Precondition failed' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  range_not_satisfiable: { status: 416, title: 'Range not satisfiable' },
  validation_failed: { status: 422, title: 'Validation failed' },
  invalid_manifest: { status: 422, title: 'Invalid manifest' },
  unknown_dependency: { status: 422, title: 'Unknown dependency' },
  dependency_cycle: { status: 422, title: 'Dependencies in a circle' },
  kind_changed: { status: 422, title: 'Kind cannot change' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  rate_limited: { status: 429, title: 'Too many requests' },
  quota_exceeded: { status: 429, title: 'Quota exceeded' },
  internal: { status: 500, title: 'Internal error' },
  upstream_failed: { status: 502, title: 'Upstream failed' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
  timeout: { status: 504, title: 'Timed out' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** Every code, in table order: documentation and OpenAPI list them from here. */
export const problemCodes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]

/** One thing wrong with the input. `path` reads like `metadata.tags[0]`; lines and columns count from 1. */
export interface Issue {
  path: string
  message: string
  line?: number
  column?: number
}

export interface ProblemOptions {
  issues?: readonly Issue[]
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/** The RFC 9457 object that a client receives. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  code: ProblemCode
  requestId: string
  issues?: readonly Issue[]
}

/** A failure that the caller may see: its detail is written for them and holds no internals. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly issues?: readonly Issue[]
  readonly headers?: Readonly<Record<string, string>>

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = PROBLEMS[code].status
    this.title = PROBLEMS[code].title
    this.detail = detail
    this.issues = options.issues
    this.headers = options.headers
  }
}

/** Status and title of a code, for documentation. */
export function problemEntry(code: ProblemCode): { status: number; title: string; type: string } {
  return { ...PROBLEMS[code], type: problemType(code) }
}

export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    type: problemType(problem.code),
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    ...(problem.issues && problem.issues.length > 0 ? { issues: problem.issues } : {}),
  }
}

/** Renders a path of keys and indices: `['metadata', 'tags', 0]` is `metadata.tags[0]`. */
export function formatIssuePath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (/^[A-Za-z_][\w-]*$/.test(String(part))) text += text === '' ? String(part) : `.${String(part)}`
    else text += `[${JSON.stringify(String(part))}]`
  }
  return text
}

function problemType(code: ProblemCode): string {
  return `/docs/problems#${code.replaceAll('_', '-')}`
}
