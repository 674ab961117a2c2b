import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepFromCaches, rememberResponses, setPageStatus } from './page-status.ts'

let server: Server
let origin: string

beforeAll(async () => {
  rememberResponses()
  server = createServer((request, response) => {
    void (async () => {
      // As a page does: somewhere deep inside, after waiting for others.
      await nextTurn()
      const status = Number(request.url?.slice(1))
      if (status === 299) response.flushHeaders()
      if (status === 298) keepFromCaches()
      const isSet = status === 200 ? true : setPageStatus(status, { 'retry-after': '5' })
      response.end(String(isSet))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

describe('setPageStatus', () => {
  it('sets the status and headers of its own request, however many run at once', async () => {
    const wanted = Array.from({ length: 30 }, (_, index) => [404, 200, 503][index % 3] ?? 0)
    const answers = await Promise.all(wanted.map((status) => fetch(`${origin}/${status}`)))
    expect(answers.map(({ status }) => status)).toEqual(wanted)
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(
      wanted.map((status) => (status === 200 ? null : '5')),
    )
  })

  it('says so when the answer has already begun', async () => {
    const answer = await fetch(`${origin}/299`)
    expect([answer.status, await answer.text()]).toEqual([200, 'false'])
  })

  it('says so outside any request', () => {
    expect(setPageStatus(404)).toBe(false)
  })
})

describe('keepFromCaches', () => {
  it('says that the answer is for nobody else', async () => {
    expect((await fetch(`${origin}/298`)).headers.get('vary')).toBe('*')
    expect((await fetch(`${origin}/200`)).headers.get('vary')).toBeNull()
  })
})
