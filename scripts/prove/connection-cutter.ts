/** A relay that passes bytes on and now and then resets a connection, in either direction, at any byte. For proofs. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { LOOPBACK } from '../stack/ports.ts'

export interface Cutter {
  origin: string
  /** How many connections it has reset. */
  cut: () => number
  stop: () => void
}

/** @param everyMs between one reset and the next */
export async function startCutter(port: number, everyMs: number): Promise<Cutter> {
  const open = new Set<Socket>()
  let resets = 0
  const relay = createServer((near) => {
    const far = connect(port, LOOPBACK)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  }).listen(0, LOOPBACK)
  await once(relay, 'listening')
  const timer = setInterval(() => {
    const sockets = [...open]
    const victim = sockets[Math.floor(Math.random() * sockets.length)]
    if (!victim) return
    resets += 1
    victim.resetAndDestroy()
  }, everyMs)
  return {
    origin: `http://${LOOPBACK}:${(relay.address() as AddressInfo).port}`,
    cut: () => resets,
    stop: () => {
      clearInterval(timer)
      for (const socket of open) socket.destroy()
      relay.close()
    },
  }
}
