/**
 * Owns the format of API token secrets and what is kept of them.
 *
 * `souk_` + 43 characters (32 random bytes in base 62) + 6 characters (their CRC-32 in base 62). The prefix and the
 * checksum let a scanner find leaked tokens in text with no false alarms and without asking us; a double click selects
 * the whole. The expression is `souk_[0-9A-Za-z]{49}`. Only the SHA-256 is stored: 256 random bits need no salt.
 */
import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const PREFIX = 'souk_'
const BODY_SIZE_BYTES = 32
const BODY_LENGTH = 43
const CHECKSUM_LENGTH = 6
const HINT_LENGTH = 4
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PATTERN = new RegExp(`^${PREFIX}([0-9A-Za-z]{${BODY_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`)

export function createTokenSecret(entropy: Uint8Array = randomBytes(BODY_SIZE_BYTES)): string {
  const body = toBase62(BigInt(`0x${Buffer.from(entropy).toString('hex')}`), BODY_LENGTH)
  return `${PREFIX}${body}${checksum(body)}`
}

/** True for a text that could have been issued: a typing error or an invented token is refused without a query. */
export function isTokenSecret(text: string): boolean {
  const [, body, sum] = PATTERN.exec(text) ?? []
  return body !== undefined && sum === checksum(body)
}

export function hashTokenSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The last characters, by which people tell their tokens apart. They belong to the checksum, not to the secret bits. */
export function tokenHint(secret: string): string {
  return secret.slice(-HINT_LENGTH)
}

function checksum(body: string): string {
  return toBase62(BigInt(crc32(PREFIX + body)), CHECKSUM_LENGTH)
}

function toBase62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET.charAt(Number(rest % 62n)) + text
  return text.padStart(length, ALPHABET.charAt(0))
}
