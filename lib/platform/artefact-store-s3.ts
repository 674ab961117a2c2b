/** Keeps artefacts in a bucket of anything that speaks S3. Large ones go up in parts, a few at a time. */
import 'server-only'
import { Readable } from 'node:stream'
import type { ArtefactStore } from './artefact-store-port.ts'

/** The least that S3 takes for a part; two of them are what an upload holds in memory. */
const PART_BYTES = 5 * 1024 * 1024
const PARTS_AT_ONCE = 2
const CONNECTION_TIMEOUT_MS = 5_000
/** Without a byte going or coming. */
const IDLE_TIMEOUT_MS = 30_000

export interface S3Settings {
  bucket: string
  region: string
  /** Unset: Amazon's own, by region. */
  endpoint?: string
  /** Unset: whatever the machine offers, such as an instance's role. */
  accessKeyId?: string
  secretAccessKey?: string
}

export function s3ArtefactStore(settings: S3Settings): ArtefactStore {
  const { bucket: Bucket } = settings
  // Loaded when first used: it is large, and most installations never need it.
  const sdk = once(async () => {
    const [{ S3Client, GetObjectCommand, DeleteObjectCommand }, { Upload }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/lib-storage'),
    ])
    const { region, endpoint, accessKeyId, secretAccessKey } = settings
    const client = new S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(accessKeyId !== undefined && secretAccessKey !== undefined
        ? { credentials: { accessKeyId, secretAccessKey } }
        : {}),
      // Others than Amazon often know only the checksums that S3 began with; we verify our own SHA-256.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        socketTimeout: IDLE_TIMEOUT_MS,
      },
    })
    return { client, Upload, GetObjectCommand, DeleteObjectCommand }
  })
  return {
    async write(key, chunks) {
      const { client, Upload } = await sdk()
      const upload = new Upload({
        client,
        params: { Bucket, Key: key, Body: Readable.from(chunks, { objectMode: false }) },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
        leavePartsOnError: false,
      })
      await upload.done()
    },
    async *read(key, { start, end }) {
      const { client, GetObjectCommand } = await sdk()
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket, Key: key, Range: `bytes=${start}-${end}` }),
      )
      if (!(Body instanceof Readable)) throw new Error(`The object ${key} came without a body`)
      yield* Body as AsyncIterable<Uint8Array>
    },
    async remove(key) {
      const { client, DeleteObjectCommand } = await sdk()
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
    },
  }
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= create())
}
