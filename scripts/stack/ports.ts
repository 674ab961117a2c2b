/** Finds loopback ports: a named one must be free, a preferred one gives way to the next free one. */
import { createServer } from 'node:net'

export const LOOPBACK = '127.0.0.1'
const HIGHEST_PORT = 65_535

export class PortTakenError extends Error {
  constructor(port: number, setting: string) {
    super(`Port ${port} is taken. Stop what uses it, or choose another port with ${setting}.`)
    this.name = 'PortTakenError'
  }
}

/** Binds `port` for a moment; 0 asks for any. Answers the bound port, or undefined where it is taken. */
function tryBind(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : undefined
      server.close(() => resolve(bound))
    })
  })
}

export async function isPortFree(port: number, host = LOOPBACK): Promise<boolean> {
  return (await tryBind(port, host)) !== undefined
}

/** The first free port at or after `preferred`; 0 means any. `taken` lists ports promised to others already. */
export async function nextFreePort(preferred: number, host = LOOPBACK, taken: readonly number[] = []) {
  if (preferred === 0) {
    const port = await tryBind(0, host)
    if (port === undefined) throw new Error('No free port on this machine.')
    return port
  }
  for (let port = preferred; port <= HIGHEST_PORT; port += 1) {
    if (!taken.includes(port) && (await isPortFree(port, host))) return port
  }
  throw new Error(`No free port at or after ${preferred}.`)
}

/** `exact` is a port a person asked for, read from the setting named `setting`; without it any near `preferred` serves. */
export async function choosePort(options: {
  exact?: number | undefined
  preferred: number
  setting: string
  host?: string
  taken?: readonly number[]
}): Promise<number> {
  const host = options.host ?? LOOPBACK
  if (options.exact === undefined) return nextFreePort(options.preferred, host, options.taken)
  if (!(await isPortFree(options.exact, host))) throw new PortTakenError(options.exact, options.setting)
  return options.exact
}
