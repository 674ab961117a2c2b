/**
 * A load balancer as plain as they come, for proofs: round robin among the instances whose readiness answers 200, looked at
 * again and again, connections kept. It asks nobody a second time: what an instance drops, the client loses.
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { LOOPBACK } from '../stack/ports.ts'

export const PROBE_MS = 250

interface Instance {
  origin: string
  isReady: boolean
}

export async function startBalancer() {
  const instances: Instance[] = []
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => {
    const ready = instances.filter(({ isReady }) => isReady)
    const chosen = ready[turn++ % ready.length]
    if (chosen) handOn(agent, chosen.origin, incoming, outgoing)
    else outgoing.writeHead(503).end('No instance is ready.')
  })
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  const watching = new AbortController()
  const watch = async (instance: Instance) => {
    while (!watching.signal.aborted) {
      instance.isReady = await isReady(instance.origin)
      await delay(PROBE_MS)
    }
  }
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    add(origin: string): void {
      const instance = { origin, isReady: false }
      instances.push(instance)
      void watch(instance)
    },
    async allReady(): Promise<void> {
      while (!instances.every((instance) => instance.isReady)) await delay(50)
    },
    async stop(): Promise<void> {
      watching.abort()
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/api/health/ready`, { signal: AbortSignal.timeout(2_000) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

function handOn(agent: Agent, origin: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers, url } = incoming
  const inner = request(`${origin}${url ?? '/'}`, { agent, method, headers }, (answer) => {
    const { connection: _, ...kept } = answer.headers
    outgoing.writeHead(answer.statusCode ?? 502, kept)
    answer.pipe(outgoing)
    answer.on('error', () => outgoing.destroy())
  })
  inner.on('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end(error.message)
  })
  incoming.pipe(inner)
}
