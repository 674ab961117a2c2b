/** What a place to keep the bytes of artefacts must be able to do. */
import 'server-only'

export type ArtefactStoreName = 'database' | 's3' | 'supabase'

export interface ArtefactStore {
  /** Stores what arrives, piece by piece and no faster than it can be stored. Rejects when `chunks` does. */
  write(key: string, chunks: AsyncIterable<Uint8Array>): Promise<void>
  /** The bytes from `start` to `end`, both included, no faster than they are taken. */
  read(key: string, range: { start: number; end: number }): AsyncIterable<Uint8Array>
  /** Removes whatever is there, also the rest of a write that failed. Not an error when there is nothing. */
  remove(key: string): Promise<void>
}
