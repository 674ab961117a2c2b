import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { insertToken } from './data.ts'
import { requirePersonToWrite } from './rules.ts'
import { LIVE_TOKENS_MAX } from './limits.ts'
import type { CreatedToken, CreateTokenInput } from './schemas.ts'
import { createTokenSecret, hashTokenSecret, tokenHint } from '#lib/platform/api-token-secret'

/**
 * Issues an API token for the caller. The secret is in the answer and nowhere else.
 * @throws Problem `forbidden` when a token asks, `validation_failed` for a namespace that is not the caller's,
 *   `conflict` at the limit of live tokens.
 */
export async function createToken(actor: Actor, input: CreateTokenInput): Promise<CreatedToken> {
  const person = requirePersonToWrite(actor)
  const secret = createTokenSecret()
  const result = await insertToken(
    person,
    {
      name: input.name,
      hash: hashTokenSecret(secret),
      hint: tokenHint(secret),
      scopes: input.scopes,
      namespaces: input.namespaces ?? null,
      expiresInDays: input.expiresInDays,
    },
    LIVE_TOKENS_MAX,
  )
  switch (result.outcome) {
    case 'created':
      return { ...result.token, secret }
    case 'too_many':
      throw new Problem('conflict', `You have ${LIVE_TOKENS_MAX} live tokens already. Revoke one first.`)
    case 'foreign':
      throw new Problem('validation_failed', 'A token can be limited to your own namespaces only.', {
        issues: result.namespaces.map((name) => ({
          path: `namespaces[${input.namespaces?.indexOf(name) ?? 0}]`,
          message: `"${name}" is not a namespace of yours.`,
        })),
      })
  }
}
