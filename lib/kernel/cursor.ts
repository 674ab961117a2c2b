/**
 * Owns opaque page cursors: base64url JSON with a version and a schema. A cursor carries only a position in a sort
 * order, never a right, so it is validated rather than signed.
 */
import type { z } from 'zod'
import { Problem } from './problem.ts'

const CURSOR_MAX_LENGTH = 2048

export interface Cursor<T> {
  encode(position: T): string
  /** Throws Problem `bad_request` when the text is not a cursor of this kind and version. */
  decode(text: string): T
}

/** Raise `version` whenever the meaning of the position changes: old cursors are then refused instead of misread. */
export function defineCursor<T>(version: number, schema: z.ZodType<T>): Cursor<T> {
  return {
    encode: (position) => toBase64Url(JSON.stringify([version, position])),
    decode(text) {
      const envelope = readEnvelope(text)
      if (!Array.isArray(envelope) || envelope.length !== 2 || envelope[0] !== version) throw invalid()
      const position = schema.safeParse(envelope[1])
      if (!position.success) throw invalid(position.error)
      return position.data
    },
  }
}

function readEnvelope(text: string): unknown {
  if (text.length > CURSOR_MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) throw invalid()
  try {
    return JSON.parse(fromBase64Url(text))
  } catch (cause) {
    throw invalid(cause)
  }
}

function invalid(cause?: unknown): Problem {
  return new Problem('bad_request', 'The cursor is not valid. Start again from the first page.', {
    issues: [{ path: 'cursor', message: 'Not a cursor that this list issued' }],
    cause,
  })
}

function toBase64Url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
