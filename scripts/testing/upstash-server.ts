/** Upstash's HTTP interface before a Redis of our own: commands in batches, as its client sends them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { LOOPBACK } from '../stack/ports.ts'

export const UPSTASH_TEST_TOKEN = 'upstash-test-token'

export async function startUpstash(redisUrl: string): Promise<{ url: string; close: () => Promise<void> }> {
  const client = new Redis(redisUrl)
  client.on('error', () => undefined)
  const run = ([command = '', ...args]: (string | number)[]) =>
    client.call(String(command), ...args.map(String)).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    )
  const server = createServer((request, response) => {
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.headers.authorization !== `Bearer ${UPSTASH_TEST_TOKEN}`) {
      send(401, { error: 'WRONGPASS invalid or missing auth token' })
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const commands = JSON.parse(Buffer.concat(chunks).toString()) as (string | number)[][]
      Promise.all(commands.map(run)).then(
        (results) => send(200, results),
        () => response.destroy(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve))
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      client.disconnect()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
