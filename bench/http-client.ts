/** The bench's own client: connections kept open, nothing parsed that is not asked for. */
import { Agent, request } from 'node:http'

export interface HttpAnswer {
  status: number
  body: Buffer
}

export interface HttpCall {
  method?: 'GET' | 'POST' | 'PUT'
  headers?: Record<string, string>
  body?: Buffer
}

export function httpClient() {
  // Servers are asked in turn, and close what nobody uses: sooner than they do, so that no request goes out on such a one.
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 2_000 })
  return {
    send(url: string, { method = 'GET', headers = {}, body }: HttpCall = {}): Promise<HttpAnswer> {
      return new Promise((resolve, reject) => {
        const outgoing = request(url, { agent, method, headers }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
          response.on('error', reject)
        })
        outgoing.on('error', reject)
        outgoing.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}
