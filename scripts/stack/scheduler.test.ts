import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startScheduler } from './scheduler.ts'

describe('startScheduler', () => {
  const cleanup: (() => void)[] = []
  afterEach(() => {
    for (const step of cleanup.splice(0)) step()
  })

  async function serve(answer: (finish: (status: number) => void) => void) {
    const calls: (string | undefined)[] = []
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url} ${String(request.headers.apikey)}`)
      answer((status) => response.writeHead(status).end('no luck'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanup.push(() => server.close())
    return { calls, supabaseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }

  const schedule = (supabaseUrl: string, names: string[], everyMs: number) => {
    const lines: string[] = []
    cleanup.push(
      startScheduler({
        supabaseUrl,
        secretKey: 'sb_secret_x',
        jobs: [{ functionName: 'refresh-views', everyMs }],
        functionNames: () => Promise.resolve(names),
        report: (line) => lines.push(line),
        firstRunMs: 0,
      }),
    )
    return lines
  }

  it('calls the function with the secret key, again and again', async () => {
    const { calls, supabaseUrl } = await serve((finish) => finish(200))
    schedule(supabaseUrl, ['refresh-views'], 5)
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(2))
    expect(calls[0]).toBe('POST /functions/v1/refresh-views sb_secret_x')
  })

  it('never overlaps itself, however long a run takes', async () => {
    const pending: ((status: number) => void)[] = []
    const { calls, supabaseUrl } = await serve((finish) => pending.push(finish))
    schedule(supabaseUrl, ['refresh-views'], 1)
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    // Many intervals pass in the round trips below; a second call would have come by then.
    for (let round = 0; round < 20; round += 1)
      await fetch(supabaseUrl.replace(/\d+$/, '1')).catch(() => undefined)
    expect(calls).toHaveLength(1)
    pending[0]?.(200)
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    pending[1]?.(200)
  })

  it('reports a failure and goes on', async () => {
    const { calls, supabaseUrl } = await serve((finish) => finish(500))
    const lines = schedule(supabaseUrl, ['refresh-views'], 5)
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(1))
    expect(lines[0]).toBe('scheduled refresh-views failed: 500 no luck')
  })

  it('skips a function that does not exist', async () => {
    const { calls, supabaseUrl } = await serve((finish) => finish(200))
    const asked = vi.fn(() => Promise.resolve([] as string[]))
    cleanup.push(
      startScheduler({
        supabaseUrl,
        secretKey: 'sb_secret_x',
        jobs: [{ functionName: 'refresh-views', everyMs: 1 }],
        functionNames: asked,
        report: () => undefined,
        firstRunMs: 0,
      }),
    )
    await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(3))
    expect(calls).toEqual([])
  })
})
