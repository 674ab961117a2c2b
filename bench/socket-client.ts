/**
 * The lightest client that still reads every byte: one connection, one request at a time, nothing parsed but how long the
 * answer is. What it measures is the server, as far as one processor can.
 */
import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const CHUNKS_END = Buffer.from('0\r\n\r\n')

export interface SocketAnswer {
  status: number
  sizeBytes: number
}

export class SocketClient {
  readonly #socket: Socket
  readonly #request: Buffer
  #received: Buffer[] = []
  #sizeBytes = 0
  /** Of the answer under way; -1 while its head is incomplete, Infinity while it comes in chunks. */
  #wantedBytes = -1
  #status = 0
  #resolve: (answer: SocketAnswer) => void = () => undefined
  #reject: (error: Error) => void = () => undefined

  constructor(origin: string, path: string, headers: Readonly<Record<string, string>> = {}) {
    const { hostname, port, host } = new URL(origin)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.#request = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#reject(error))
    this.#socket.on('close', () => this.#reject(new Error('The server closed the connection')))
  }

  send(): Promise<SocketAnswer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#received = []
      this.#sizeBytes = 0
      this.#wantedBytes = -1
      this.#socket.write(this.#request)
    })
  }

  close(): void {
    this.#reject = () => undefined
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#sizeBytes += chunk.length
    if (this.#wantedBytes < 0) this.#readHead(chunk)
    const isOver =
      this.#wantedBytes === Infinity ? chunk.subarray(-CHUNKS_END.length).equals(CHUNKS_END) : false
    if (isOver || (this.#wantedBytes >= 0 && this.#sizeBytes >= this.#wantedBytes)) {
      this.#resolve({ status: this.#status, sizeBytes: this.#sizeBytes })
    }
  }

  #readHead(chunk: Buffer): void {
    this.#received.push(chunk)
    const bytes = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) return
    const head = bytes.toString('latin1', 0, end)
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const hasBody = this.#status !== 304 && this.#status !== 204
    if (length === undefined && hasBody) this.#wantedBytes = Infinity
    else this.#wantedBytes = end + HEAD_END.length + (hasBody ? Number(length) : 0)
  }
}
