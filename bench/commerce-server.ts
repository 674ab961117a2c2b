/** Owns the web server that benches and proofs of purchases buy from. */
import { buildWeb } from '../scripts/stack/build.ts'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { startWeb } from '../scripts/stack/web.ts'
import { JWT_SECRET } from './commerce-requests.ts'

export interface ShopServer {
  origin: string
  port: number
  stop: () => Promise<unknown>
}

/** The server of `npm start`, without its tasks and limits, for buyers who sign in with {@link JWT_SECRET}. */
export async function startShopServer(dataDir: string, databaseUrl: string): Promise<ShopServer> {
  console.log('Building and starting the web server')
  await buildWeb(projectRoot)
  const port = await nextFreePort(0)
  const web = await startWeb({
    root: projectRoot,
    stackDir: dataDir,
    port,
    host: '127.0.0.1',
    isDev: false,
    env: {
      SITE_URL: `http://127.0.0.1:${port}`,
      RATE_LIMITS: 'off',
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'bench',
      SUPABASE_SECRET_KEY: 'bench',
      SUPABASE_JWT_SECRET: JWT_SECRET,
      DATABASE_URL: databaseUrl,
      JOBS: 'off',
      LOG_LEVEL: 'warn',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    report: console.log,
  })
  return { origin: `http://127.0.0.1:${port}`, port, stop: () => web.stop('SIGTERM', 2000) }
}
