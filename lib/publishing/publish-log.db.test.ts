import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMPTY_LOG, followLog } from '#lib/kernel/publish-log'
import { closeDatabase } from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import { getLogPage } from './get-log-page.ts'
import { readPublishLog } from './read-publish-log.ts'
import { publishLogPageSchema, publishLogQuerySchema } from './schemas.ts'

const run = promisify(execFile)
const script = join(import.meta.dirname, '../../scripts/log-verify.ts')

let db: TestDatabase
let market: Market
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-log-'))
  db = await createTestDatabase()
  Object.assign(process.env, {
    DATABASE_URL: db.url,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
  })
  market = await createMarket(db)
})
afterAll(async () => {
  await closeDatabase()
  await db.drop()
  await rm(folder, { recursive: true })
})

async function readAll() {
  const page = await readPublishLog(publishLogQuerySchema.parse({ limit: '1000' }))
  return publishLogPageSchema.parse(page)
}

/** Exit code and output of `npm run log:verify -- …`. */
async function verify(...args: string[]): Promise<{ code: number; text: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      script,
      ...args,
    ])
    return { code: 0, text: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, text: stdout + stderr }
  }
}

async function save(lines: readonly unknown[]): Promise<string> {
  const file = join(folder, `${crypto.randomUUID()}.jsonl`)
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return file
}

describe('the publish log', () => {
  it('has an entry for every version, with who, what, hash and when, as one unbroken chain', async () => {
    const { items, meta } = await readAll()
    const versions = await db.admin<{ label: string; sha256: string }[]>`
      select p.handle || '@' || v.version as label, encode(v.sha256, 'hex') as sha256
      from catalog.versions v join catalog.packages p on p.id = v.package_id`
    const published = items.filter((item) => item.action === 'publish')
    expect(published.map((item) => `${item.handle}@${item.version} ${item.sha256}`).toSorted()).toEqual(
      versions.map((row) => `${row.label} ${row.sha256}`).toSorted(),
    )
    expect(items[0]).toMatchObject({
      position: 1,
      handle: 'acme/free',
      actor: { store: 'acme', kind: 'user' },
    })
    expect(await followLog(EMPTY_LOG, items)).toEqual(meta.head)
    expect(JSON.stringify(items)).not.toContain(market.owner)
  })

  it('is read by people newest first, page by page, without a gap or a repetition', async () => {
    const { items } = await readAll()
    const newest = items.map(({ position }) => position).toReversed()
    const seen: number[] = []
    for (let before: number | null = null; seen.length < newest.length;) {
      const page = await getLogPage(before, 3)
      expect(page.head?.position).toBe(newest[0])
      expect(page.items.length).toBe(Math.min(3, newest.length - seen.length))
      seen.push(...page.items.map(({ position }) => position))
      before = page.items.at(-1)?.position ?? null
    }
    expect(seen).toEqual(newest)
    expect((await getLogPage(1, 3)).items).toEqual([])
    expect((await getLogPage(1e14, 3)).items).toEqual([])
  })

  it('gets entries of a yank, its end and a deletion in the same transaction', async () => {
    const set = (change: string) =>
      db.admin.unsafe(
        `update catalog.versions set ${change} where package_id = (select id from catalog.packages where handle = 'house/base')`,
      )
    const before = (await readAll()).items.length
    await set("yanked_at = now(), yank_reason = 'Broken'")
    await set("yank_reason = 'Quite broken'")
    await set('yanked_at = null, yank_reason = null')
    await expect(
      db.admin.begin(async (sql) => {
        await sql`update catalog.versions set yanked_at = now()`
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    await publishAs(db, market.owner, { id: 'acme/doomed' })
    await db.admin`delete from catalog.versions v using catalog.packages p where p.id = v.package_id and p.handle = 'acme/doomed'`
    const { items, meta } = await readAll()
    expect(items.slice(before).map(({ action, handle }) => `${action} ${handle}`)).toEqual([
      'yank house/base',
      'unyank house/base',
      'publish acme/doomed',
      'delete acme/doomed',
    ])
    expect(await followLog(EMPTY_LOG, items)).toEqual(meta.head)
    const [audited] = await db.admin`select action from identity.audit_entries order by id desc limit 1`
    expect(audited?.action).toBe('version.delete')
  })

  it('stays one chain when many publish at once, and loses none of them', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `acme/race-${index}`)
    await Promise.all(names.map((id) => publishAs(db, market.owner, { id })))
    const { items, meta } = await readAll()
    expect(await followLog(EMPTY_LOG, items)).toEqual(meta.head)
    expect(items.map((item) => item.handle)).toEqual(expect.arrayContaining(names))
    expect(items.map((item) => item.position)).toEqual(items.map((_, index) => index + 1))
  })

  it('is read in pages from any position', async () => {
    const { items } = await readAll()
    const collected = []
    let after: number | null = 0
    while (after !== null) {
      const page: Awaited<ReturnType<typeof readPublishLog>> = await readPublishLog({ after, limit: 7 })
      collected.push(...page.items)
      after = page.meta.nextAfter
    }
    expect(collected).toEqual(items)
    expect((await readPublishLog({ after: 1e6, limit: 7 })).items).toEqual([])
  })

  it.each([
    ["update catalog.publish_log set handle = 'acme/forged' where position = 2"],
    ["update catalog.publish_log set hash = sha256('x') where position = 2"],
    ['update catalog.publish_log set position = position + 1000'],
    ['update catalog.publish_log set position = null, hash = null, previous_hash = null where position = 2'],
    ['delete from catalog.publish_log where position = 2'],
    ['delete from catalog.publish_log'],
    ['truncate catalog.publish_log'],
  ])('refuses its own table’s owner: %s', async (statement) => {
    await expect(db.admin.unsafe(statement)).rejects.toMatchObject({ code: 'SK403', detail: 'forbidden' })
    await expect(db.asService((sql) => sql.unsafe(statement))).rejects.toMatchObject({ code: '42501' })
  })

  it('accepts no seal but the one that continues the chain', async () => {
    const forge = (seal: string) =>
      db.admin.begin(async (sql) => {
        await sql`
          insert into catalog.publish_log (action, handle, version, sha256, store_slug, actor_kind, actor_commitment)
          values ('publish', 'acme/forged', '1.0.0', sha256('x'), 'acme', 'user', sha256('x'))`
        await sql.unsafe(`update catalog.publish_log set ${seal} where position is null`)
      })
    const next = '(select max(position) + 1 from catalog.publish_log)'
    await expect(
      forge(`position = ${next}, previous_hash = sha256('a'), hash = sha256('b')`),
    ).rejects.toMatchObject({
      code: 'SK403',
    })
    await expect(
      forge(`position = 100000, previous_hash = sha256('a'), hash = sha256('b')`),
    ).rejects.toMatchObject({ code: 'SK403' })
  })
})

describe('npm run log:verify', () => {
  it('accepts the log from its address, saves it, and accepts the saved file offline with the head noted', async () => {
    const { items, meta } = await readAll()
    const server = createServer((request, response) => {
      const after = Number(new URL(request.url ?? '', 'http://x').searchParams.get('after'))
      void readPublishLog({ after, limit: 9 }).then((page) => response.end(JSON.stringify(page)))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const file = join(folder, 'saved.jsonl')
    const online = await verify(`http://127.0.0.1:${port}`, '--save', file)
    server.close()
    const head = `${meta.head?.position}:${meta.head?.hash}`
    expect(online).toEqual({ code: 0, text: `${items.length} entries, unbroken. Head ${head}\n` })
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(items.length)
    expect((await verify(file, '--head', head)).code).toBe(0)
  })

  it.each<[string, (entries: Record<string, unknown>[]) => unknown[], RegExp]>([
    [
      'altered',
      (entries) => entries.map((entry, i) => (i === 3 ? { ...entry, sha256: 'a'.repeat(64) } : entry)),
      /Entry 4: was altered/,
    ],
    ['removed', (entries) => entries.toSpliced(3, 1), /Entry 4: .*missing or out of order/],
    [
      'reordered',
      (entries) => [...entries.slice(0, 3), ...entries.slice(3, 5).toReversed(), ...entries.slice(5)],
      /Entry 4: .*out of order/,
    ],
    [
      'renumbered',
      (entries) => entries.toSpliced(3, 1).map((entry, i) => ({ ...entry, position: i + 1 })),
      /Entry 4: does not follow/,
    ],
    ['no entry', (entries) => [...entries.slice(0, 3), { position: 4 }], /Entry 4: is not an entry/],
  ])('finds an entry that was %s', async (_what, tamper, message) => {
    const { items } = await readAll()
    const { code, text } = await verify(await save(tamper(items)))
    expect(code).toBe(1)
    expect(text).toMatch(message)
  })

  it('finds a log cut off at its end or rewritten from the start by the head noted earlier', async () => {
    const { items } = await readAll()
    const last = items.at(-1)
    const noted = `${last?.position}:${last?.hash}`
    const cut = await verify(await save(items.slice(0, -2)), '--head', noted)
    expect(cut.code).toBe(1)
    expect(cut.text).toMatch(/cut off after entry/)
    const rewritten = await verify(await save(items), '--head', `2:${'a'.repeat(64)}`)
    expect(rewritten.code).toBe(1)
    expect(rewritten.text).toMatch(/Entry 2: is another than was noted/)
  })

  it('says that it could not check, and does not call that broken', async () => {
    expect((await verify('http://127.0.0.1:9')).code).toBe(2)
    expect((await verify(join(folder, 'nothing.jsonl'))).code).toBe(2)
    expect((await verify(await save([]), '--head', 'junk')).code).toBe(2)
  })
})
