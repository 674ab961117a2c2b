/** Starts and ends `slow-server.ts` as `npm start` does the web server. Only for tests. */
import { join } from 'node:path'
import { spawnChild } from '../stack/child.ts'
import { installShutdown } from '../stack/shutdown.ts'
import { stopsWithinMs } from '../stack/stop-serving.ts'

const DRAIN_MS = Number(process.argv[2])

const shutdown = installShutdown((line) => process.stdout.write(`${line}\n`))
shutdown.onStop(() => {
  process.send?.({ isStackStopped: true })
  return Promise.resolve()
}, 1_000)
const child = await spawnChild({
  command: process.execPath,
  args: [join(import.meta.dirname, 'slow-server.ts'), String(DRAIN_MS)],
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
shutdown.onStop(
  async () => void (await child.stop('SIGTERM', stopsWithinMs(DRAIN_MS))),
  stopsWithinMs(DRAIN_MS),
)
child.process.on('message', (message) => process.send?.(message))
