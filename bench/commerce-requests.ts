/** Owns how the commerce bench buys: over HTTP as signed-in people, and by the same statement straight at the database. */
import { Agent, request } from 'node:http'
import { SignJWT } from 'jose'
import type postgres from 'postgres'
import { openQueue } from '#lib/commerce/purchase-queue'
import { PRICE } from './commerce-database.ts'

export const JWT_SECRET = 'the bench signs its buyers in with this secret'

export interface Purchase {
  buyer: string
  handle: string
  key: string
}

/** Never the same buyer and package twice, and never the same buyer or (of many) seller twice in a row. */
export function purchasesOf(buyers: readonly string[], handles: readonly string[], name: string) {
  return (index: number): Purchase => {
    const round = Math.floor(index / buyers.length)
    if (round >= handles.length) throw new Error('Everybody has bought everything: make the shop larger.')
    const buyer = buyers[index % buyers.length] ?? ''
    return { buyer, handle: handles[(index + round) % handles.length] ?? '', key: `${name}-${index}` }
  }
}

export const STATEMENT = `select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true),
  commerce.purchase($3, $4::bigint, 'USD', $5, $6::bytea) as value`

/** Everybody for themselves, by the statement that {@link STATEMENT} is. */
export function buyOneByOne(sql: postgres.Sql, purchase: (index: number) => Purchase) {
  const fingerprint = Buffer.alloc(32, 1)
  return async (index: number) => {
    const { buyer, handle, key } = purchase(index)
    const claims = JSON.stringify({ sub: buyer, role: 'authenticated' })
    const rows = await sql.unsafe(STATEMENT, [claims, buyer, handle, PRICE, key, fingerprint], {
      prepare: true,
    })
    return rows.length === 1
  }
}

const STATEMENT_TOGETHER = `select commerce.purchase_together($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[],
  $6::text[]::bytea[]) as outcomes`

/**
 * As the server sends them: through its queue, which lets those go together that come while others are on their way.
 * @param together the connections of its own that the server has for these
 */
export function buyInDatabase(
  sql: postgres.Sql,
  together: postgres.Sql,
  purchase: (index: number) => Purchase,
) {
  const alone = buyOneByOne(sql, purchase)
  const queue = openQueue<number, { order: object }>(async (indexes) => {
    const purchases = indexes.map(purchase)
    const columns = [
      purchases.map(({ buyer }) => buyer),
      purchases.map(({ handle }) => handle),
      purchases.map(() => PRICE),
      purchases.map(() => 'USD'),
      purchases.map(({ key }) => key),
      purchases.map(() => `\\x${'01'.repeat(32)}`),
    ]
    // The driver's types know no lists of lists as parameters.
    const rows = await together.unsafe(STATEMENT_TOGETHER, columns as never[], { prepare: true })
    const outcomes = (rows[0]?.outcomes ?? []) as ({ order: object } | { alone: true })[]
    return outcomes.map((outcome) => ('alone' in outcome ? null : outcome))
  })
  return async (index: number) => {
    const { answer, release } = await queue.turnOf(index)
    // Also what was refused is an answer.
    if (answer !== null) return 'order' in answer
    try {
      return await alone(index)
    } finally {
      release()
    }
  }
}

/** By the function of `addBareOrders`. */
export function orderBarely(sql: postgres.Sql, purchase: (index: number) => Purchase) {
  return async (index: number) => {
    const { buyer, handle } = purchase(index)
    const rows = await sql.unsafe(
      'select public.bench_order($1::uuid, $2, $3::bigint) as value',
      [buyer, handle, PRICE],
      { prepare: true },
    )
    return rows.length === 1
  }
}

/** What each buyer sends to say who they are; signed before anything is measured. */
export async function signIn(buyers: readonly string[]): Promise<Map<string, string>> {
  const secret = new TextEncoder().encode(JWT_SECRET)
  const signed = buyers.map(async (buyer) => {
    const token = await new SignJWT({ role: 'authenticated', email: 'bench@souk.test' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(buyer)
      .setAudience('authenticated')
      .setExpirationTime('2h')
      .sign(secret)
    return [buyer, `Bearer ${token}`] as const
  })
  return new Map(await Promise.all(signed))
}

export interface Answer {
  status: number
  body: string
}

/** Sends purchases as signed-in people. Rejects when the connection is lost before the whole answer is there. */
export function purchasesOverHttp(origin: string, authorizations: ReadonlyMap<string, string>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const url = new URL('/api/purchases', origin)
  return ({ buyer, handle, key }: Purchase) => {
    const body = JSON.stringify({ handle, expectedPrice: { amount: PRICE, currency: 'USD' } })
    return new Promise<Answer>((resolve, reject) => {
      const headers = {
        authorization: authorizations.get(buyer) ?? '',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': key,
      }
      const outgoing = request(url, { method: 'POST', agent, headers, timeout: 20_000 }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response
          .on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
          .on('error', reject)
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('No answer in 20 seconds'))).on('error', reject)
      outgoing.end(body)
    })
  }
}

export function buyOverHttp(
  origin: string,
  authorizations: ReadonlyMap<string, string>,
  purchase: (index: number) => Purchase,
) {
  const send = purchasesOverHttp(origin, authorizations)
  return async (index: number) => (await send(purchase(index))).status === 201
}
