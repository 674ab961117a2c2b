/**
 * Runs once for all database tests: a throw-away PostgreSQL whose template database has the system schema and every
 * migration. Suites clone it; see `database.ts`.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { generateKeys } from '../stack/keys.ts'
import { migrate } from '../stack/migrate.ts'
import { nextFreePort } from '../stack/ports.ts'
import { postgresUrl, startPostgres } from '../stack/postgres.ts'
import { isAlive } from '../stack/postmaster-pid.ts'
import { projectRoot } from '../stack/settings.ts'
import { createSystemSchema } from '../stack/system-schema.ts'
import { TEMPLATE_DATABASE } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServer: { port: number; adminPassword: string; appPassword: string }
  }
}

const PREFIX = 'souk-test-'
/** A race takes some twenty beside the pools of its file, and as many files run side by side as there are processors. */
const CONNECTIONS_PER_FILE = 80

/** Folders of runs that were killed before they could tidy up. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = /^souk-test-(\d+)-/.exec(name) ?? []
    if (pid && !isAlive(Number(pid))) await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned()
  const stackDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const { passwords } = generateKeys()
  const port = await nextFreePort(0)
  const server = await startPostgres({
    ...{ stackDir, port, password: passwords.postgres, isDurable: false },
    connections: CONNECTIONS_PER_FILE * availableParallelism(),
  })
  const stop = async () => {
    await server.child.stop('SIGQUIT')
    await rm(stackDir, { recursive: true, force: true })
  }
  try {
    const sql = postgres(server.url, { max: 1 })
    await sql.unsafe(`create database ${TEMPLATE_DATABASE}`)
    await sql.end()
    const credentials = { user: 'postgres', password: passwords.postgres, port }
    const templateUrl = postgresUrl({ ...credentials, database: TEMPLATE_DATABASE })
    await createSystemSchema(templateUrl, passwords)
    await migrate(templateUrl, join(projectRoot, 'supabase', 'migrations'))
    project.provide('testServer', {
      port,
      adminPassword: passwords.postgres,
      appPassword: passwords.soukApp,
    })
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}
