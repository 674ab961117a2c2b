/**
 * Two small servers on loopback that keep objects in memory: one speaks the part of S3 that our adapter needs, the
 * other that of Supabase Storage. They count what they are asked, so that a test can say how bytes travelled.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ObjectServer {
  url: string
  objects: Map<string, Buffer>
  /** Multipart uploads that were neither completed nor aborted. */
  pending: Map<string, Map<number, Buffer>>
  /** Method, path and query of each request. */
  requests: string[]
  /** Answers every request with 503 while it is set. */
  isBroken: boolean
  close: () => Promise<void>
}

type Answer = (server: ObjectServer, request: IncomingMessage, response: ServerResponse) => Promise<void>

export const startS3 = (): Promise<ObjectServer> => start(answerS3)
export const startStorage = (secretKey: string): Promise<ObjectServer> =>
  start((server, request, response) => answerStorage(server, request, response, secretKey))

async function start(answer: Answer): Promise<ObjectServer> {
  const http: Server = createServer((request, response) => {
    state.requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
    if (state.isBroken) {
      request.resume()
      response.writeHead(503).end()
      return
    }
    answer(state, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const state: ObjectServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    objects: new Map(),
    pending: new Map(),
    requests: [],
    isBroken: false,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return state
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function answerS3(
  server: ObjectServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', server.url)
  const key = decodeURIComponent(url.pathname.slice(1))
  const uploadId = url.searchParams.get('uploadId')
  const xml = (text: string) => response.setHeader('content-type', 'application/xml').end(text)
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    response.statusCode = 403
    xml('<Error><Code>AccessDenied</Code></Error>')
    return
  }
  const body = await bodyOf(request)
  if (request.method === 'POST' && url.searchParams.has('uploads')) {
    const id = `upload-${server.requests.length}`
    server.pending.set(id, new Map())
    xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
  } else if (request.method === 'PUT' && uploadId !== null) {
    server.pending.get(uploadId)?.set(Number(url.searchParams.get('partNumber')), body)
    response.setHeader('etag', '"part"').end()
  } else if (request.method === 'POST' && uploadId !== null) {
    const parts = [...(server.pending.get(uploadId) ?? [])].toSorted(([a], [b]) => a - b)
    server.objects.set(key, Buffer.concat(parts.map(([, part]) => part)))
    server.pending.delete(uploadId)
    xml('<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>')
  } else if (request.method === 'DELETE') {
    if (uploadId === null) server.objects.delete(key)
    else server.pending.delete(uploadId)
    response.writeHead(204).end()
  } else if (request.method === 'PUT') {
    server.objects.set(key, body)
    response.setHeader('etag', '"whole"').end()
  } else {
    sendObject(server.objects.get(key), request, response)
  }
}

async function answerStorage(
  server: ObjectServer,
  request: IncomingMessage,
  response: ServerResponse,
  secretKey: string,
): Promise<void> {
  const [, , , kind, ...rest] = (request.url ?? '').split('/')
  const isRead = rest[0] === 'authenticated'
  const key = decodeURIComponent(rest.slice(isRead ? 1 : 0).join('/'))
  const json = (status: number, value: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  if (kind !== 'object' || request.headers.authorization !== `Bearer ${secretKey}`) {
    json(400, { statusCode: '403', error: 'Unauthorized', message: 'Invalid token' })
    return
  }
  const body = await bodyOf(request)
  if (request.method === 'POST') {
    server.objects.set(key, body)
    json(200, { Key: key })
  } else if (request.method === 'DELETE') {
    if (server.objects.delete(key)) json(200, { message: 'Successfully deleted' })
    else json(400, { statusCode: '404', error: 'not_found', message: 'Object not found' })
  } else {
    sendObject(server.objects.get(key), request, response)
  }
}

function sendObject(object: Buffer | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (!object) {
    response.writeHead(404).end()
    return
  }
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (start === undefined || end === undefined) {
    response.writeHead(200, { 'content-length': object.byteLength }).end(object)
    return
  }
  const part = object.subarray(Number(start), Number(end) + 1)
  response
    .writeHead(206, {
      'content-length': part.byteLength,
      'content-range': `bytes ${start}-${end}/${object.byteLength}`,
    })
    .end(part)
}
