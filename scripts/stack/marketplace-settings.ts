/** Owns how a command finds the marketplace it works on: the one running here, or the one that the settings name. */
import { readRunning } from './running.ts'
import { loadEnvFiles, projectRoot, stackDirOf } from './settings.ts'

/** Completes the environment so that verbs can be imported. @throws Error when there is no marketplace to work on. */
export async function useMarketplace(): Promise<void> {
  loadEnvFiles(projectRoot)
  const running = process.env.DATABASE_URL ? undefined : await readRunning(stackDirOf(process.env))
  process.env.DATABASE_URL ||= running?.databaseUrl
  if (!process.env.DATABASE_URL) {
    throw new Error('No marketplace runs here. Start it with npm start, or set DATABASE_URL.')
  }
  // Only the database is needed; the other settings merely have to be there.
  for (const [name, value] of [
    ['SUPABASE_URL', 'http://127.0.0.1:9'],
    ['SUPABASE_PUBLISHABLE_KEY', 'unused'],
    ['SUPABASE_SECRET_KEY', 'unused'],
  ] as const) {
    process.env[name] ||= value
  }
}
