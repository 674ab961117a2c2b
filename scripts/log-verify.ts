/**
 * `npm run log:verify`: follows the hash chain of the publish log, of a running marketplace or of a saved file, and says
 * which entry breaks it. It trusts nothing but its own hashing.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { EMPTY_LOG, followLog, LogFault, type LogHead } from '../lib/kernel/publish-log.ts'

const HELP = `Usage: npm run log:verify -- SOURCE [--head POSITION:HASH]… [--save FILE]

SOURCE is the address of a marketplace (http://localhost:3000) or a file saved with --save, which is checked offline.
  --head POSITION:HASH  an entry noted earlier, which must still be the same; the only proof that nothing was cut off
                        the end. Repeatable.
  --save FILE           keep the entries, one JSON object a line
Exit code 0: nothing was altered, removed or reordered. 1: something was. 2: it could not be checked.`

const PAGE_SIZE = 1000

async function* readUrl(address: string): AsyncGenerator<unknown[]> {
  let after: number | null = 0
  while (after !== null) {
    const url = new URL(`/api/v1/log?after=${after}&limit=${PAGE_SIZE}`, address)
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
    if (!response.ok) throw new Error(`${url.href} answered ${response.status}`)
    const page = (await response.json()) as { items: unknown[]; meta: { nextAfter: number | null } }
    yield page.items
    // The server's word on where to go on is not trusted to end: each page must move forward.
    const next: number | null = page.meta.nextAfter
    if (next !== null && next <= after) throw new Error('The log does not move forward.')
    after = next
  }
}

async function* readLines(file: string): AsyncGenerator<unknown[]> {
  let batch: unknown[] = []
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    batch.push(parseLine(line, file))
    if (batch.length === PAGE_SIZE) {
      yield batch
      batch = []
    }
  }
  yield batch
}

function parseLine(line: string, file: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new LogFault(0, `${file} holds a line that is no JSON: ${line.slice(0, 60)}`)
  }
}

export interface Verification {
  head: LogHead
  /** Noted heads that the log does not reach any more. */
  missing: LogHead[]
}

/** @throws LogFault at the first entry that breaks the chain or differs from a noted head. */
export async function verifyLog(
  batches: AsyncIterable<unknown[]>,
  noted: readonly LogHead[],
  keep: (entries: readonly unknown[]) => Promise<void> = async () => {},
): Promise<Verification> {
  const expected = new Map(noted.map((head) => [head.position, head.hash]))
  let head = EMPTY_LOG
  for await (const batch of batches) {
    for (const entry of batch) {
      head = await followLog(head, [entry])
      const hash = expected.get(head.position)
      if (hash !== undefined && hash !== head.hash) {
        throw new LogFault(head.position, `is another than was noted, ${hash}: the log was rewritten.`)
      }
    }
    await keep(batch)
  }
  return { head, missing: noted.filter(({ position }) => position > head.position) }
}

function parseHead(text: string): LogHead {
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (position === undefined || hash === undefined)
    throw new Error(`Write --head as POSITION:HASH, not ${text}`)
  return { position: Number(position), hash }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      head: { type: 'string', multiple: true, default: [] },
      save: { type: 'string' },
    },
  })
  const [source] = positionals
  if (values.help || source === undefined) return console.log(HELP)
  const batches = /^https?:\/\//.test(source) ? readUrl(source) : readLines(source)
  const file = values.save === undefined ? null : await open(values.save, 'wx')
  try {
    const { head, missing } = await verifyLog(batches, values.head.map(parseHead), async (entries) => {
      if (file && entries.length > 0) {
        await file.write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
      }
    })
    for (const { position } of missing) {
      console.error(
        `Entry ${position} was noted and is not there: the log was cut off after entry ${head.position}.`,
      )
      process.exitCode = 1
    }
    if (missing.length === 0)
      console.log(`${head.position} entries, unbroken. Head ${head.position}:${head.hash}`)
  } finally {
    await file?.close()
  }
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = error instanceof LogFault ? 1 : 2
  })
}
