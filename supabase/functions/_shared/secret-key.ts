/** Owns the one question at a function's door: does the caller hold a secret key. */
import { Problem } from '../../../lib/kernel/problem.ts'

/** Takes the same time whatever was sent: hashes of equal length are compared to their ends, with every key. */
export async function holdsSecretKey(headers: Headers, secretKeys: readonly string[]): Promise<boolean> {
  const given = [headers.get('apikey') ?? '', bearerOf(headers.get('authorization')) ?? '']
  const candidates = await Promise.all(given.map(digest))
  const expected = await Promise.all(secretKeys.map(digest))
  let isHeld = false
  for (const key of expected) {
    for (const candidate of candidates) isHeld = equalsInConstantTime(candidate, key) || isHeld
  }
  return isHeld
}

/** @throws Problem `unauthenticated`, the same for a missing and for a wrong key. */
export async function requireSecretKey(request: Request, secretKeys: readonly string[]): Promise<void> {
  if (await holdsSecretKey(request.headers, secretKeys)) return
  throw new Problem('unauthenticated', 'Send a secret key as "apikey" or "Authorization: Bearer".', {
    headers: { 'www-authenticate': 'Bearer' },
  })
}

function equalsInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (let index = 0; index < right.length; index += 1) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0)
  }
  return difference === 0
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

function bearerOf(header: string | null): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}
