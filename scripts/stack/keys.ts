/** The secrets of one embedded stack: made once, kept in its data folder, readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const keysSchema = z.object({
  jwtSecret: z.string().min(32),
  publishableKey: z.string().startsWith('sb_publishable_'),
  secretKey: z.string().startsWith('sb_secret_'),
  appSecret: z.string().min(32),
  passwords: z.object({
    /** Owner of the database; runs migrations. */
    postgres: z.string().min(16),
    /** Login of the REST and Auth API. */
    authenticator: z.string().min(16),
    /** Login of the web app. */
    soukApp: z.string().min(16),
  }),
})

export type StackKeys = z.infer<typeof keysSchema>

const secret = (sizeBytes = 24) => randomBytes(sizeBytes).toString('base64url')

export function generateKeys(): StackKeys {
  return {
    jwtSecret: secret(48),
    publishableKey: `sb_publishable_${secret()}`,
    secretKey: `sb_secret_${secret()}`,
    appSecret: secret(48),
    passwords: { postgres: secret(), authenticator: secret(), soukApp: secret() },
  }
}

export async function loadOrCreateKeys(dataDir: string): Promise<StackKeys> {
  const path = join(dataDir, 'keys.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text !== undefined) {
    await chmod(path, 0o600)
    const parsed = keysSchema.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    throw new Error(`${path} is damaged: ${z.prettifyError(parsed.error)}`)
  }
  const keys = generateKeys()
  await mkdir(dataDir, { recursive: true })
  // Written beside and renamed, so that a start killed in between leaves no half file.
  await writeFile(`${path}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return keys
}
