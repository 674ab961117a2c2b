/**
 * Owns the hash chain of the publish log: how an entry is hashed and what a list of entries proves. It must not know
 * where entries come from; `catalog.publish_entry_hash` computes the same in SQL.
 */
import { z } from 'zod'

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)
/** No fact may hold a line break: the hashed text has a line for each. */
const lineSchema = z.string().regex(/^[^\r\n]*$/)

export const publishLogEntrySchema = z
  .object({
    position: z.int().min(1).describe('Counts from 1 without gaps'),
    action: z.enum(['publish', 'yank', 'unyank', 'delete']),
    handle: lineSchema,
    version: lineSchema,
    sha256: hashSchema.describe('Of the manifest'),
    createdAt: z.iso.datetime(),
    actor: z.object({
      store: lineSchema.describe('Slug of the store whose package it is'),
      kind: z.enum(['user', 'operator', 'token', 'system']),
      commitment: hashSchema.describe('Fixes who it was, for an audit, without naming them'),
    }),
    previousHash: hashSchema.describe('Of the entry before; zeros for the first'),
    hash: hashSchema,
  })
  .meta({ id: 'PublishLogEntry' })
export type PublishLogEntry = z.infer<typeof publishLogEntrySchema>

export interface LogHead {
  position: number
  hash: string
}

export const EMPTY_LOG: LogHead = { position: 0, hash: '0'.repeat(64) }

/** Thrown at the first entry that does not follow. */
export class LogFault extends Error {
  override readonly name = 'LogFault'
  readonly position: number

  constructor(position: number, message: string) {
    super(`Entry ${position}: ${message}`)
    this.position = position
  }
}

/** SHA-256 over the facts of an entry, the hash before it included, in lower-case hex. */
export async function entryHash(entry: Omit<PublishLogEntry, 'hash'>): Promise<string> {
  const { position, previousHash, createdAt, action, handle, version, sha256, actor } = entry
  const facts = [
    'souk-log-1',
    String(position),
    previousHash,
    createdAt,
    action,
    handle,
    version,
    sha256,
    actor.store,
    actor.kind,
    actor.commitment,
  ]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(facts.join('\n')))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Follows the chain from `head` over `entries` and answers the new head.
 * @throws LogFault at the first entry that was altered, is missing, or stands elsewhere than it was written.
 */
export async function followLog(head: LogHead, entries: readonly unknown[]): Promise<LogHead> {
  let current = head
  for (const input of entries) {
    const expected = current.position + 1
    const parsed = publishLogEntrySchema.safeParse(input)
    if (!parsed.success) throw new LogFault(expected, `is not an entry: ${z.prettifyError(parsed.error)}`)
    const entry = parsed.data
    if (entry.position !== expected) {
      throw new LogFault(
        expected,
        `position ${entry.position} stands here: entries are missing or out of order.`,
      )
    }
    if (entry.previousHash !== current.hash) {
      throw new LogFault(expected, `does not follow the entry before it, whose hash is ${current.hash}.`)
    }
    if ((await entryHash(entry)) !== entry.hash) {
      throw new LogFault(expected, 'was altered: its facts do not give its hash.')
    }
    current = { position: entry.position, hash: entry.hash }
  }
  return current
}
