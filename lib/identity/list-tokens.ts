import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { selectTokens } from './data.ts'
import { requireSignedIn } from './rules.ts'
import { LIVE_TOKENS_MAX } from './limits.ts'
import type { TokenList } from './schemas.ts'

/** The caller's tokens that are not revoked, newest first. Those long expired are left out. */
export async function listTokens(actor: Actor): Promise<TokenList> {
  const items = await selectTokens(requireSignedIn(actor))
  return { items, meta: { total: items.length, liveLimit: LIVE_TOKENS_MAX } }
}
