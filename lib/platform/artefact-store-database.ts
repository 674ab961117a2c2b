/**
 * Keeps artefacts in the database, in pieces of one size, so that a range is found by arithmetic. A statement takes one
 * piece: no connection is held while a slow client sends or receives, and a transaction pooler will do.
 */
import 'server-only'
import { sql } from 'kysely'
import type { ArtefactStore } from './artefact-store-port.ts'
import { inPieces } from './byte-stream.ts'
import { asServiceInTime } from './db.ts'

const PIECE_BYTES = 256 * 1024

export function databaseArtefactStore(): ArtefactStore {
  return {
    async write(key, chunks) {
      let position = 0
      for await (const piece of inPieces(chunks, PIECE_BYTES)) {
        await asServiceInTime((db) =>
          sql`insert into catalog.artefact_chunks (artefact_id, position, bytes)
              values (${key}, ${position}, ${piece})`.execute(db),
        )
        position += 1
      }
    },
    async *read(key, { start, end }) {
      for (let position = Math.floor(start / PIECE_BYTES); position * PIECE_BYTES <= end; position += 1) {
        const { rows } = await asServiceInTime((db) =>
          sql<{ bytes: Uint8Array }>`select bytes from catalog.artefact_chunks
              where artefact_id = ${key} and position = ${position}`.execute(db),
        )
        const [row] = rows
        if (!row) throw new Error(`Artefact ${key} lacks its piece ${position}`)
        const offset = position * PIECE_BYTES
        yield row.bytes.subarray(Math.max(0, start - offset), end - offset + 1)
      }
    },
    async remove(key) {
      await asServiceInTime((db) =>
        sql`delete from catalog.artefact_chunks where artefact_id = ${key}`.execute(db),
      )
    },
  }
}
