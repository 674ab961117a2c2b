/** Reads a bounded request body and writes JSON answers, for the gateway. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const FUNCTION_BODY_LIMIT_BYTES = 6_000_000

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'access-control-allow-origin': '*',
  })
  response.end(JSON.stringify(body))
}

/** The whole body, kept so that it can be sent again to a restarted function. Answers 413 itself when it is too big. */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > FUNCTION_BODY_LIMIT_BYTES) {
      response.setHeader('connection', 'close')
      sendJson(response, 413, { message: `A function takes at most ${FUNCTION_BODY_LIMIT_BYTES} bytes.` })
      request.resume()
      return undefined
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
