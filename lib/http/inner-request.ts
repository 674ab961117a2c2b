/**
 * Owns asking what stands behind the front without a socket: a request of the front's own making, and its answer whole.
 * Nothing of a client's request is in it but what its caller puts there.
 */
import 'server-only'
import { AsyncResource } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { GoOn } from './front.ts'

export interface InnerRequest {
  url: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
}

interface Asking {
  maxBytes: number
  /** Whose asking it is: for limits alone, and out of reach of whoever answers. */
  asker: IncomingMessage | null
}

export interface InnerAnswer {
  status: number
  /** Names in lower case, as often as they were sent. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Buffer<ArrayBuffer>
}

/** More bytes than whoever asked would hold. */
export class TooLong extends Error {}

const DEADLINE_MS = 30_000
const askers = new WeakMap<IncomingMessage, IncomingMessage>()
const started = channel('http.server.request.start')

/** @throws TooLong beyond `maxBytes`; Error when the answer breaks off or does not come */
export function askInside(
  goOn: GoOn,
  asked: InnerRequest,
  { maxBytes, asker }: Asking,
): Promise<InnerAnswer> {
  return new Promise((resolve, reject) => {
    const request = requestOf(asked)
    if (asker) askers.set(request, asker)
    const response = new CapturedResponse(request, maxBytes)
    const deadline = setTimeout(() => response.destroy(new Error('No answer came in time')), DEADLINE_MS)
    response.once('finish', () => {
      clearTimeout(deadline)
      resolve(response.captured())
      response.emit('close')
    })
    response.once('close', () => {
      clearTimeout(deadline)
      reject(response.errored ?? new Error('The answer broke off'))
    })
    response.once('error', reject)
    // As Node's own server does, in a context of its own, for whoever keeps the response of the request being served.
    new AsyncResource('souk.inner-request').runInAsyncScope(() => {
      started.publish({ request, response, socket: request.socket, server: null })
      goOn(request, response)
    })
  })
}

/** On whose behalf an inner request is asked; `null` for nobody's. */
export function askerOf(request: IncomingMessage): IncomingMessage | null {
  return askers.get(request) ?? null
}

function requestOf({ url, headers }: InnerRequest): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'GET', url, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 })
  request.headers = { ...headers }
  request.rawHeaders = Object.entries(headers).flat()
  request.complete = true
  request.push(null)
  return request
}

class CapturedResponse extends ServerResponse {
  readonly #chunks: Buffer[] = []
  readonly #maxBytes: number
  #sizeBytes = 0

  constructor(request: IncomingMessage, maxBytes: number) {
    super(request)
    this.#maxBytes = maxBytes
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
    // Whoever waits learns of it by the response.
    nowhere.on('error', () => undefined)
    this.assignSocket(nowhere as Socket)
  }

  captured(): InnerAnswer {
    const headers = Object.entries(this.getHeaders()).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => [name.toLowerCase(), String(each)] as const),
    )
    return { status: this.statusCode, headers, body: Buffer.concat(this.#chunks) }
  }

  /** What is given here only is not among `getHeaders` otherwise. */
  override writeHead(
    status: number,
    reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    given?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    const headers = typeof reason === 'string' ? given : (given ?? reason)
    if (Array.isArray(headers)) {
      const names = headers.filter((_, index) => index % 2 === 0).map(String)
      for (const name of names) this.removeHeader(name)
      for (const [index, name] of names.entries()) {
        this.appendHeader(name, String(headers[index * 2 + 1]))
      }
    } else {
      for (const [name, value] of Object.entries(headers ?? {})) {
        if (value !== undefined) this.setHeader(name, value)
      }
    }
    return super.writeHead(status)
  }

  override write(chunk: unknown, encoding?: unknown, done?: unknown): boolean {
    const text = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'
    this.#keep(typeof chunk === 'string' ? Buffer.from(chunk, text) : Buffer.from(chunk as Uint8Array))
    if (!this.headersSent) this.writeHead(this.statusCode)
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') setImmediate(callback as () => void)
    return true
  }

  override end(chunk?: unknown, encoding?: unknown, done?: unknown): this {
    const callback = [chunk, encoding, done].find((each) => typeof each === 'function')
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') this.write(chunk, encoding)
    if (!this.headersSent) this.writeHead(this.statusCode)
    if (!this.destroyed) super.end(callback as (() => void) | undefined)
    return this
  }

  /** Without a server behind it nobody else says that it is over. */
  override destroy(error?: Error): this {
    super.destroy(error)
    queueMicrotask(() => this.emit('close'))
    return this
  }

  #keep(bytes: Buffer): void {
    this.#sizeBytes += bytes.length
    if (this.#sizeBytes > this.#maxBytes) this.destroy(new TooLong('The answer is too long to be held'))
    else this.#chunks.push(bytes)
  }
}
