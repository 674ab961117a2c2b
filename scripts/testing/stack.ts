/** Boots a whole embedded Supabase on free ports in a folder of its own, for integration tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../stack/embedded.ts'
import type { EmbeddedOptions, EmbeddedStack } from '../stack/embedded.ts'
import { nextFreePort } from '../stack/ports.ts'

export type TestStack = EmbeddedStack & {
  stackDir: string
  /** Every line a person would have read, mails included. */
  lines: string[]
}

export type TestStackOptions = Partial<
  Pick<
    EmbeddedOptions,
    'migrationsDir' | 'functionsDir' | 'functionIdleMs' | 'jobs' | 'isDurable' | 'siteUrl' | 'namespaces'
  >
>

export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const stackDir = await mkdtemp(join(tmpdir(), `souk-test-${process.pid}-`))
  const lines: string[] = []
  const push = (line: string) => void lines.push(line)
  const gatewayPort = await nextFreePort(0)
  const databasePort = await nextFreePort(0)
  const stack = await startEmbedded({
    stackDir,
    gatewayPort,
    databasePort,
    siteUrl: 'http://localhost:3000',
    progress: { step: (_name, work) => work(), info: push, warn: push },
    isDurable: false,
    jobs: [],
    ...options,
  }).catch(async (error: unknown) => {
    await rm(stackDir, { recursive: true, force: true })
    throw error
  })
  return {
    ...stack,
    stackDir,
    lines,
    async stop() {
      await stack.stop()
      await rm(stackDir, { recursive: true, force: true })
    },
  }
}
