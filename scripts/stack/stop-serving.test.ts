import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { stopServing } from './stop-serving.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Answers are given by the test, in the order of their questions. */
async function serve() {
  const waiting: ServerResponse[] = []
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    (_request, response) => void waiting.push(response),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true })
  ends.push(
    () => server.closeAllConnections(),
    () => agent.destroy(),
  )
  const ask = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent }, (response) => resolve(response.resume())).on('error', reject)
    })
  const next = async () => {
    while (waiting.length === 0) await once(server, 'request')
    return waiting.shift() as ServerResponse
  }
  return { server, ask, next }
}

describe('stopServing', () => {
  it('finishes what is under way before it is done', async () => {
    const { server, ask, next } = await serve()
    const answer = ask()
    const response = await next()
    let isDone = false
    const stopped = stopServing(server, { drainMs: 0, finishMs: 20_000 }).then((isWhole) => {
      isDone = true
      return isWhole
    })
    while (server.listening) await new Promise((resolve) => setImmediate(resolve))
    expect(isDone).toBe(false)
    response.end('late')
    expect((await answer).statusCode).toBe(200)
    expect(await stopped).toBe(true)
  })

  it('takes requests while it drains, also over kept connections, and asks each to go', async () => {
    const { server, ask, next } = await serve()
    const first = ask()
    ;(await next()).end()
    expect((await first).headers.connection).toBe('keep-alive')
    const stopped = stopServing(server, { drainMs: 500, finishMs: 20_000 })
    const second = ask()
    ;(await next()).end()
    expect((await second).headers.connection).toBe('close')
    expect(await stopped).toBe(true)
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('cuts off what never ends', async () => {
    const { server, ask, next } = await serve()
    const answer = ask()
    await next()
    expect(await stopServing(server, { drainMs: 0, finishMs: 50 })).toBe(false)
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})
