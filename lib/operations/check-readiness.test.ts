import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type * as readiness from './check-readiness.ts'

let probes = 0
let checkReadiness: typeof readiness.checkReadiness
const auth = createServer((_request, response) => {
  probes += 1
  response.end('{}')
})

beforeAll(async () => {
  await new Promise<void>((resolve) => auth.listen(0, '127.0.0.1', resolve))
  const { port } = auth.address() as AddressInfo
  Object.assign(process.env, {
    SUPABASE_URL: `http://127.0.0.1:${port}`,
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
    // Nobody is there.
    DATABASE_URL: 'postgres://souk@127.0.0.1:1/souk',
  })
  ;({ checkReadiness } = await import('./check-readiness.ts'))
})
afterAll(() => new Promise((resolve) => auth.close(resolve)))

it('asks what it leans on once a second at most, however many want to know', async () => {
  let nowMs = 0
  const ask = () => checkReadiness(false, () => nowMs)
  const answers = await Promise.all(Array.from({ length: 50 }, ask))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['unavailable']))
  nowMs = 999
  await ask()
  expect(probes).toBe(1)
  nowMs = 1_000
  expect((await ask()).dependencies).toMatchObject({
    auth: { state: 'up' },
    database: { state: 'down' },
    stripe: { state: 'off' },
  })
  expect(probes).toBe(2)
})

it('says at once that it is about to stop, whatever was found before', async () => {
  expect((await checkReadiness(true, () => 1_500)).status).toBe('draining')
  expect(probes).toBe(2)
})
