/**
 * The note a running stack leaves in its data folder: who it is and where it answers. Other commands find the stack by
 * it, and a second start on the same folder is refused. It holds secrets and is readable by its owner only.
 */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { commandOf, isAlive } from './postmaster-pid.ts'

const runningSchema = z.object({
  pid: z.number().int().positive(),
  supabaseUrl: z.string().optional(),
  databaseUrl: z.string().optional(),
  databaseAdminUrl: z.string().optional(),
  siteUrl: z.string().optional(),
})

export type Running = z.infer<typeof runningSchema>

const pathOf = (stackDir: string) => join(stackDir, 'running.json')

export async function readRunning(stackDir: string): Promise<Running | undefined> {
  const text = await readFile(pathOf(stackDir), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const parsed = runningSchema.safeParse(parseJson(text))
  if (!parsed.success || !isAlive(parsed.data.pid)) return undefined
  // The pid may belong to another program by now.
  if (parsed.data.pid !== process.pid && !(await commandOf(parsed.data.pid)).includes('node'))
    return undefined
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Takes the folder for this process, or fails with a sentence that says who has it. */
export async function claimStackDir(stackDir: string): Promise<void> {
  await mkdir(stackDir, { recursive: true })
  const path = pathOf(stackDir)
  const mine = `${path}.${process.pid}`
  await writeFile(mine, JSON.stringify({ pid: process.pid }), { mode: 0o600 })
  try {
    // A link is made whole or not at all: of two starters one gets the name.
    await link(mine, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      await refuseIfRunning(stackDir)
      await rm(path, { force: true })
      await link(mine, path)
    })
    await refuseIfRunning(stackDir)
  } finally {
    await rm(mine, { force: true })
  }
}

async function refuseIfRunning(stackDir: string): Promise<void> {
  const other = await readRunning(stackDir)
  if (!other || other.pid === process.pid) return
  const where = other.siteUrl ?? other.supabaseUrl
  throw new Error(
    `Souk already runs on this data (process ${other.pid}${where ? `, ${where}` : ''}). ` +
      'Stop it first, or set SOUK_DATA_DIR to start a second one beside it.',
  )
}

export async function writeRunning(stackDir: string, running: Omit<Running, 'pid'>): Promise<void> {
  const path = pathOf(stackDir)
  const text = `${JSON.stringify({ pid: process.pid, ...running }, null, 2)}\n`
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}

export async function releaseStackDir(stackDir: string): Promise<void> {
  const running = await readRunning(stackDir)
  if (running?.pid === process.pid) await rm(pathOf(stackDir), { force: true })
}
