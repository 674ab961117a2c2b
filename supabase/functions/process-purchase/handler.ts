/**
 * Owns buying for clients that talk to Supabase directly: the contract of `POST /api/purchases`, the same key at either
 * door. It asks the database in the caller's own name, which checks their token and does it all in one transaction.
 */
import { z } from 'zod'
import { lookupHandleSchema } from '../../../lib/kernel/handle-schema.ts'
import { priceSchema } from '../../../lib/kernel/money.ts'
import { Problem } from '../../../lib/kernel/problem.ts'
import { issuesFromZod } from '../../../lib/kernel/zod-issue.ts'
import type { CallerDatabase } from '../_shared/caller-database.ts'
import { callerOf } from '../_shared/caller.ts'
import { defineFunction, type Report } from '../_shared/define-function.ts'

/** Of a client that waits: no longer than the web server does. */
const PURCHASE_TIMEOUT_MS = 10_000
const BODY_MAX_BYTES = 64 * 1024
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

export interface ProcessPurchaseOptions {
  database: CallerDatabase
  timeoutMs?: number
  report?: Report
}

/** As the web server's own: `lib/commerce/schemas.ts`. */
const purchaseSchema = z.strictObject({ handle: lookupHandleSchema, expectedPrice: priceSchema })

/** 201 with the order, or the problem: whatever it is, either all of it happened or nothing. */
export function createProcessPurchase(
  options: ProcessPurchaseOptions,
): (request: Request) => Promise<Response> {
  const { database, timeoutMs = PURCHASE_TIMEOUT_MS, report } = options
  return defineFunction({
    method: 'POST',
    secretKeys: null,
    isForPages: true,
    report,
    async run(request) {
      const caller = callerOf(request.headers)
      const key = keyOf(request.headers)
      const { handle, expectedPrice } = await readPurchase(request)
      const order = await database.call(
        'process_purchase',
        {
          p_handle: handle,
          p_expected_amount: expectedPrice.amount,
          p_expected_currency: expectedPrice.currency,
          p_key: key,
        },
        { token: caller.token, timeoutMs },
      )
      if (typeof order !== 'object' || order === null)
        throw new Error('process_purchase answered something else')
      return Response.json(order, { status: 201 })
    },
  })
}

function keyOf(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || IDEMPOTENCY_KEY.test(key)) return key
  throw new Problem('bad_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters.')
}

async function readPurchase(request: Request): Promise<z.output<typeof purchaseSchema>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';', 1)
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new Problem('unsupported_media_type', 'Send the body as application/json.', {
      headers: { accept: 'application/json' },
    })
  }
  const bytes = await readBytes(request)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Problem('bad_request', 'The body is not well-formed JSON.', { cause })
  }
  const result = purchaseSchema.safeParse(value)
  if (result.success) return result.data
  throw new Problem('validation_failed', 'The input has faults.', {
    issues: issuesFromZod(result.error, value),
  })
}

/** Stops at the limit: a length that the client only claims is never trusted. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of request.body ?? []) {
    sizeBytes += part.byteLength
    if (sizeBytes > BODY_MAX_BYTES) {
      throw new Problem('payload_too_large', `The body is larger than ${BODY_MAX_BYTES} bytes.`)
    }
    parts.push(part)
  }
  const bytes = new Uint8Array(sizeBytes)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes
}
