/** `npm run worker`: the background tasks in a process of their own, for web servers that run with JOBS=off. */
import { loadEnvFiles, projectRoot, stackDirOf } from './stack/settings.ts'
import { readRunning } from './stack/running.ts'

const HELP = `Usage: npm run worker

Runs the background tasks of the marketplace at DATABASE_URL, or of the one that runs here, until it is stopped.
Set JOBS=off for the web servers. Several workers share the work.`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(HELP)
  loadEnvFiles(projectRoot)
  process.env.DATABASE_URL ||= (await readRunning(stackDirOf(process.env)))?.databaseUrl
  const { runBackgroundTasks } = await import('#lib/operations/background-tasks')
  const { closeDatabase } = await import('#lib/platform/db')
  const stop = runBackgroundTasks()
  console.log('Background tasks are running. Ctrl-C stops them.')
  const end = async () => {
    await stop()
    await closeDatabase()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end())
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
