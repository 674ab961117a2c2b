/**
 * Owns the TypeScript types of the database: generates them from a migrated one. As a program (`npm run db:types`) it
 * migrates a throw-away server and rewrites `lib/platform/database.types.ts`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Cli } from 'kysely-codegen'
import { generateKeys } from './stack/keys.ts'
import { migrate } from './stack/migrate.ts'
import { nextFreePort } from './stack/ports.ts'
import { startPostgres } from './stack/postgres.ts'
import { projectRoot } from './stack/settings.ts'
import { createSystemSchema } from './stack/system-schema.ts'

export const DATABASE_TYPES_FILE = join(projectRoot, 'lib', 'platform', 'database.types.ts')

const HELP = `Usage: npm run db:types

Rewrites lib/platform/database.types.ts from the migrations, on a database of its own.`

/** The text of the types file for the database at `url`, which must have every migration. */
export async function generateDatabaseTypes(url: string): Promise<string> {
  return await new Cli().generate({
    url,
    dialect: 'postgres',
    includePattern: '(catalog|commerce|identity|ledger).*',
    // Kept in step with the connection, which reads bigint as a number.
    typeMapping: { int8: 'number' },
    logLevel: 'error',
    outFile: null,
    print: false,
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help) return console.log(HELP)
  const stackDir = await mkdtemp(join(tmpdir(), `souk-test-${process.pid}-`))
  const { passwords } = generateKeys()
  const port = await nextFreePort(0)
  const server = await startPostgres({ stackDir, port, password: passwords.postgres, isDurable: false })
  try {
    await createSystemSchema(server.url, passwords)
    await migrate(server.url, join(projectRoot, 'supabase', 'migrations'))
    await writeFile(DATABASE_TYPES_FILE, await generateDatabaseTypes(server.url))
    console.log(`Wrote ${DATABASE_TYPES_FILE}`)
  } finally {
    await server.child.stop('SIGQUIT')
    await rm(stackDir, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
}
