import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPageStage } from './page-stage.ts'

let server: Server
let origin: string
let vary: string[] = []

beforeAll(async () => {
  const stage = createPageStage({
    front: { secret: 'secret' } as Parameters<typeof createPageStage>[0]['front'],
    siteUrl: 'http://souk.test',
    onShown: () => undefined,
    onFailure: (error) => {
      throw error
    },
  })
  server = createServer((request, response) => {
    stage(request, response, (_, answer = response) => {
      // As Next marks what is rendered for each request.
      answer.setHeader('cache-control', 'private, no-cache, no-store, max-age=0, must-revalidate')
      answer.setHeader('content-type', 'text/html')
      for (const name of vary) answer.appendHeader('vary', name)
      answer.end('<!doctype html><title>Souk</title>')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

describe('the stage for public pages', () => {
  it('lets shared caches keep a public page', async () => {
    vary = ['rsc']
    const { headers } = await fetch(`${origin}/search?q=docker`)
    expect(headers.get('cache-control')).toContain('s-maxage=60')
    expect(headers.get('etag')).not.toBeNull()
  })

  it('lets nobody keep one that is good for this once', async () => {
    vary = ['rsc', '*']
    const { headers } = await fetch(`${origin}/search?q=docker`)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('etag')).toBeNull()
    expect(headers.get('cache-tag')).toBeNull()
  })
})
