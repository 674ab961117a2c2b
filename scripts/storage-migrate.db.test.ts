import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ImportReport } from './storage/import-tree.ts'
import { createTestDatabase, type TestDatabase } from './testing/database.ts'
import { openStoreAs, replaceCategories } from './testing/market.ts'

const SCRIPT = join(import.meta.dirname, 'storage-migrate.ts')

interface Ending {
  code: number | null
  output: string
}

describe('npm run storage:migrate', () => {
  let database: TestDatabase
  let dir: string
  let count = 0
  /** Of its own for each test. */
  let namespace: string

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    await openStoreAs(database, await database.createUser(), 'keeper')
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'souk-test-migrate-'))
    count += 1
    namespace = `command-${count}`
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  async function put(name: string, version = '1.0.0', says = `${namespace}/${name}`): Promise<void> {
    const folder = join(dir, 'tree', namespace, name, version)
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, `${name}-${version}.yaml`),
      `id: ${says}\nversion: ${version}\nkind: prompt\nmetadata:\n  name: ${name}\n  description: Old.\n`,
    )
  }

  /** @param interruptWhen asked again and again while it runs; once true, it is interrupted */
  function run(
    args: string[],
    {
      databaseUrl = database.url,
      interruptWhen,
    }: { databaseUrl?: string; interruptWhen?: () => Promise<boolean> } = {},
  ): Promise<Ending> {
    return new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        ['--conditions=react-server', '--disable-warning=ExperimentalWarning', SCRIPT, ...args],
        { env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, NODE_ENV: 'test' } },
      )
      let [output, isRunning] = ['', true]
      const hear = (chunk: Buffer) => (output += chunk.toString())
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('error', reject)
      child.on('close', (code) => {
        isRunning = false
        resolve({ code, output })
      })
      const watch = async (isTime: () => Promise<boolean>) => {
        while (isRunning && !(await isTime()));
        child.kill('SIGINT')
      }
      if (interruptWhen) watch(interruptWhen).catch(reject)
    })
  }

  const tree = () => join(dir, 'tree')
  const reportPath = () => join(dir, 'report.json')
  const apply = () => [tree(), '--apply', '--store', 'keeper', '--report', reportPath()]
  const readReport = async () => JSON.parse(await readFile(reportPath(), 'utf8')) as ImportReport
  const published = async () => {
    const rows = await database.admin`select from catalog.packages where handle like ${`${namespace}/%`}`
    return rows.length
  }

  it('writes nothing without --apply, and everything with it; both end with 0', async () => {
    for (const name of ['one', 'two']) await put(name)
    const dry = await run([tree(), '--store', 'keeper'])
    expect(dry, dry.output).toMatchObject({ code: 0 })
    expect(dry.output).toMatch(/would migrate +2[^]*Nothing was written/)
    expect(await published()).toBe(0)
    const applied = await run(apply())
    expect(applied, applied.output).toMatchObject({ code: 0 })
    expect(applied.output).toMatch(/migrated +2[^]*verified +2/)
    expect(await published()).toBe(2)
    expect(await readReport()).toEqual({
      ...{ migrated: 2, alreadyThere: 0, verified: 2, stray: 0, missing: [], invalid: [], different: [] },
      ...{ isInterrupted: false, gaveUp: null },
    })
  })

  it('ends with 1 and says which and why when something could not be brought over, and brings over the rest', async () => {
    await put('fine')
    await put('liar', '1.0.0', `${namespace}/somebody-else`)
    const ended = await run(apply())
    expect(ended, ended.output).toMatchObject({ code: 1 })
    expect(ended.output).toContain(`"${namespace}/liar/1.0.0/liar-1.0.0.yaml": The manifest says that it is`)
    expect(await readReport()).toMatchObject({
      ...{ migrated: 1, verified: 1 },
      invalid: [{ path: `${namespace}/liar/1.0.0/liar-1.0.0.yaml` }],
    })
  })

  it.each([
    ['no folder', () => ['--apply']],
    ['a folder that is not there', () => [join(dir, 'nowhere')]],
    ['more than it can do at once', () => [tree(), '--parallel', '1000']],
    ['an option that it does not know', () => [tree(), '--force']],
    ['a store that is not there', () => [tree(), '--apply', '--store', 'nobody-knows']],
  ])('ends with 2 when it is given %s', async (_what, args) => {
    await put('one')
    const ended = await run(args())
    expect(ended, ended.output).toMatchObject({ code: 2 })
    expect(ended.output.trim()).not.toBe('')
    expect(await published()).toBe(0)
  })

  it('ends with 130 when it is interrupted, tells what it did, and goes on from there', async () => {
    for (let index = 0; index < 300; index += 1) await put(`p${index}`)
    const first = await run([...apply(), '--parallel', '1'], {
      interruptWhen: async () => (await published()) > 0,
    })
    expect(first, first.output).toMatchObject({ code: 130 })
    expect(first.output).toContain('Interrupted. Run it again to go on.')
    const before = await readReport()
    expect(before).toMatchObject({ isInterrupted: true, verified: 0 })
    expect(before.migrated).toBeGreaterThan(0)
    expect(before.migrated).toBeLessThan(300)
    expect(await published()).toBe(before.migrated)
    const second = await run(apply())
    expect(second, second.output).toMatchObject({ code: 0 })
    expect(await readReport()).toMatchObject({
      ...{
        alreadyThere: before.migrated,
        migrated: 300 - before.migrated,
        verified: 300,
        isInterrupted: false,
      },
    })
  })
})
