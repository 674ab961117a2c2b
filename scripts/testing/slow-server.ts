/** A server that takes `?ms=` to answer and ends as the web server does. Prints its port. Only for tests. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { stopOnSignals } from '../stack/stop-serving.ts'

const DRAIN_MS = Number(process.argv[2])

const server = createServer((request, response) => {
  const ms = Number(new URL(request.url ?? '/', 'http://souk.test').searchParams.get('ms'))
  void delay(ms).then(() => response.end('whole'))
})
stopOnSignals(server, { begin: () => DRAIN_MS, finish: () => Promise.resolve() })
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
