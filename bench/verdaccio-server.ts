/**
 * Owns the Verdaccio that the publishing bench compares with: installed apart from the product, on storage of its own,
 * with one user known by a signed token, so that no password is hashed per request.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { installApart } from './apart.ts'

const READY_TIMEOUT_MS = 30_000

export interface Verdaccio {
  origin: string
  token: string
  stop: () => Promise<void>
}

/** @param dir a folder for its storage, empty or yet to be made */
export async function startVerdaccio(dir: string): Promise<Verdaccio> {
  const home = await installApart('verdaccio')
  const port = await nextFreePort(0)
  const origin = `http://127.0.0.1:${port}`
  const config = join(dir, 'config.yaml')
  await mkdir(dir, { recursive: true })
  await writeFile(config, configuration(dir))
  const child = spawn(
    process.execPath,
    [join(home, 'node_modules', 'verdaccio', 'bin', 'verdaccio'), '--config', config, '--listen', origin],
    { cwd: dir, stdio: 'ignore', env: { ...process.env, NODE_ENV: 'production' } },
  )
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
    await exited
    clearTimeout(timer)
  }
  try {
    await untilReady(origin)
    return { origin, token: await signUp(origin), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function configuration(dir: string): string {
  return `storage: ${JSON.stringify(join(dir, 'storage'))}
auth:
  htpasswd:
    file: ${JSON.stringify(join(dir, 'htpasswd'))}
security:
  api:
    jwt:
      sign:
        expiresIn: 1d
packages:
  '**':
    access: $all
    publish: $authenticated
log:
  type: stdout
  level: fatal
web:
  enable: false
`
}

async function untilReady(origin: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  for (;;) {
    const answer = await fetch(`${origin}/-/ping`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (performance.now() > deadline) throw new Error('Verdaccio does not answer.')
    await delay(100)
  }
}

async function signUp(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/-/user/org.couchdb.user:bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', password: randomBytes(16).toString('hex') }),
  })
  const { token } = (await answer.json()) as { token?: string }
  if (!answer.ok || !token) throw new Error(`Verdaccio refused to sign up: ${answer.status}`)
  return token
}
