/** Removes the embedded database, keeping keys and logs. */
import { lstat, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { clearLeftover } from './postmaster-pid.ts'

export async function resetDatabase(stackDir: string): Promise<void> {
  const path = join(stackDir, 'postgres')
  const entry = await lstat(path).catch(() => undefined)
  if (!entry) return
  const dataDir = entry.isSymbolicLink() ? await readlink(path) : path
  await clearLeftover(dataDir)
  await rm(dataDir, { recursive: true, force: true })
  await rm(path, { recursive: true, force: true })
  await rm(join(stackDir, 'seed-fingerprint'), { force: true })
}
