/** A TCP proxy that breaks what stands behind it, for proofs: away, silent, slow, cutting off, or answering nonsense. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { LOOPBACK } from '../stack/ports.ts'

export const FAULTS = ['refused', 'hanging', 'slow', 'reset', 'garbage'] as const
export type Fault = (typeof FAULTS)[number]

const SLOW_MS = 2_000
const GARBAGE_BYTES = 512

export class FaultProxy {
  readonly #target: number
  readonly #open = new Set<Socket>()
  #server: Server | undefined
  #fault: Fault | null = null
  port = 0

  private constructor(target: number) {
    this.#target = target
  }

  /** Stands on a port of its own before `target`, and passes everything on. */
  static async before(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target)
    await proxy.#listen()
    return proxy
  }

  /** From now on, also for connections that are open. */
  async break(fault: Fault): Promise<void> {
    this.#fault = fault
    if (fault === 'refused') await this.#unlisten()
    if (fault === 'reset') this.#cut()
  }

  async repair(): Promise<void> {
    const was = this.#fault
    this.#fault = null
    // What hung or was told nonsense is of no use any more, as after a restart of what stands behind.
    if (was !== 'slow') this.#cut()
    if (!this.#server) await this.#listen()
  }

  async stop(): Promise<void> {
    await this.#unlisten()
  }

  async #listen(): Promise<void> {
    this.#server = createServer((near) => this.#join(near)).listen(this.port, LOOPBACK)
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  async #unlisten(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    // It is closed once the last connection is.
    this.#cut()
    await closed
  }

  #cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy()
  }

  #join(near: Socket): void {
    const far = connect(this.#target, LOOPBACK)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#open.delete(from)
        to.destroy()
      })
    }
    near.on('data', (bytes: Buffer) => this.#onQuestion(bytes, near, far))
    far.on('data', (bytes: Buffer) => void this.#onAnswer(bytes, near))
    if (this.#fault === 'reset') near.resetAndDestroy()
  }

  #onQuestion(bytes: Buffer, near: Socket, far: Socket): void {
    if (this.#fault === 'hanging') return
    if (this.#fault === 'reset') near.resetAndDestroy()
    else if (this.#fault === 'garbage') near.write(randomBytes(GARBAGE_BYTES))
    else far.write(bytes)
  }

  async #onAnswer(bytes: Buffer, near: Socket): Promise<void> {
    if (this.#fault === 'slow') await delay(SLOW_MS)
    if (this.#fault === 'hanging' || this.#fault === 'garbage') return
    if (!near.destroyed) near.write(bytes)
  }
}
