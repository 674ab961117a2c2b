/** Owns asking: through HTTP as anybody does, or the verbs in this process. */
import { Agent, request } from 'node:http'
import type { Workload } from './catalog-workload.ts'

/** Sends request number `index` of a series and answers whether it was as expected. */
export type Send = (index: number) => Promise<boolean>

export function webSettings(databaseUrl: string): Record<string, string> {
  return {
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: 'bench',
    SUPABASE_SECRET_KEY: 'bench',
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'warn',
  }
}

export function get(agent: Agent, url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('latin1') }),
      )
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

export function httpSender(origin: string, { path, findsSomething }: Workload): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  return async (index: number) => {
    const { status, body } = await get(agent, `${origin}${path(index)}`)
    return status === 200 && !(findsSomething && body.startsWith('{"items":[]'))
  }
}

/** The verbs in this process: the same statements without HTTP and Next. */
export async function directSender(
  databaseUrl: string,
): Promise<{ sender: (workload: Workload) => Send | null; close: () => Promise<void> }> {
  Object.assign(process.env, webSettings(databaseUrl))
  const { listMarketplace } = await import('#lib/search/list-marketplace')
  const { suggest } = await import('#lib/search/suggest')
  const { marketplaceQuerySchema } = await import('#lib/search/schemas')
  const { closeDatabase } = await import('#lib/platform/db')
  const sender = ({ name, path, findsSomething }: Workload): Send | null => {
    if (name === 'home' || name.startsWith('baseline')) return null
    return async (index: number) => {
      const { searchParams: given } = new URL(path(index), 'http://bench')
      if (name === 'suggest') return Boolean(await suggest(given.get('q') ?? ''))
      const query = marketplaceQuerySchema.parse({ ...Object.fromEntries(given), tags: given.getAll('tags') })
      return (await listMarketplace(query)).items.length > 0 || !findsSomething
    }
  }
  return { sender, close: closeDatabase }
}
