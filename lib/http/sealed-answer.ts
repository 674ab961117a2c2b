/**
 * Owns how an answer is kept so that only its own caller's next request with the same key can open it: encrypted with a
 * key derived from the idempotency key, the caller and a secret of the server. Some answers hold a secret that is shown once.
 */
import 'server-only'
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'

export interface KeptAnswer {
  status: number
  headers: [string, string][]
  body: string | null
}

export interface SealInput {
  idempotencyKey: string
  /** Who: no two callers share it. */
  caller: string
  /** What else must be the same; not secret. */
  context: Buffer
  secret: string
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

const keptAnswerSchema = z.object({
  status: z.int(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string().nullable(),
})

export function sealAnswer(answer: KeptAnswer, input: SealInput): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keyOf(input), nonce).setAAD(input.context)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** `null` when it was sealed otherwise, as before the server's secret was changed. */
export function openAnswer(bytes: Buffer, input: SealInput): KeptAnswer | null {
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  try {
    const decipher = createDecipheriv(ALGORITHM, keyOf(input), nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(input.context).setAuthTag(tag)
    const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES)
    const text = Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
    return keptAnswerSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** RFC 5869. The key alone may be a short word; the secret, which the database does not have, makes it hard to guess. */
function keyOf({ idempotencyKey, caller, secret }: SealInput): Buffer {
  return Buffer.from(hkdfSync('sha256', `${secret}\n${idempotencyKey}`, caller, 'souk kept answer 1', 32))
}
