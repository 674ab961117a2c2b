/**
 * Owns the choice of where the bytes of artefacts are kept: the database, a bucket of the Supabase project, or any S3.
 * It moves bytes under keys and knows neither names nor rights. Nothing is ever held whole in memory.
 */
import 'server-only'
import { databaseArtefactStore } from './artefact-store-database.ts'
import type { ArtefactStore, ArtefactStoreName } from './artefact-store-port.ts'
import { s3ArtefactStore } from './artefact-store-s3.ts'
import { supabaseArtefactStore } from './artefact-store-supabase.ts'
import { env } from './env.ts'

const open = new Map<ArtefactStoreName, ArtefactStore>()

/** Where new artefacts go. */
export function artefactStoreName(): ArtefactStoreName {
  return env().ARTEFACT_STORE
}

/** The store that an artefact says it is in, whichever new ones go to. @throws Error when it is not configured. */
export function artefactStore(name: ArtefactStoreName): ArtefactStore {
  const known = open.get(name)
  if (known) return known
  const store = createStore(name)
  open.set(name, store)
  return store
}

function createStore(name: ArtefactStoreName): ArtefactStore {
  const settings = env()
  switch (name) {
    case 'database':
      return databaseArtefactStore()
    case 'supabase':
      return supabaseArtefactStore({
        url: settings.SUPABASE_URL,
        secretKey: settings.SUPABASE_SECRET_KEY,
        bucket: settings.ARTEFACT_BUCKET,
      })
    case 's3':
      return s3ArtefactStore({
        bucket: settings.ARTEFACT_BUCKET,
        region: settings.S3_REGION,
        endpoint: settings.S3_ENDPOINT,
        accessKeyId: settings.S3_ACCESS_KEY_ID,
        secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
      })
  }
}
