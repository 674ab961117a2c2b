import 'server-only'
import { verifiedEvent } from '#lib/platform/stripe'
import { receiveEvent } from './data.ts'
import type { WebhookReceipt } from './schemas.ts'

/**
 * Keeps a signed event and answers; a background task follows it. The same event is kept once.
 * @throws Problem `bad_request` for a signature that is missing, wrong or older than five minutes.
 */
export async function receiveStripeEvent(
  body: Uint8Array,
  signature: string | null,
): Promise<WebhookReceipt> {
  verifiedEvent(body, signature)
  // The bytes that were signed are what is kept, not our reading of them.
  const isNew = await receiveEvent(new TextDecoder().decode(body), 'webhook')
  return { received: true, isNew }
}
