import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishArguments, publishAs, replaceCategories } from '../../scripts/testing/market.ts'

describe('publishers with dependencies', () => {
  let db: TestDatabase
  let owner: string
  let count = 0

  beforeAll(async () => {
    db = await createTestDatabase()
    await replaceCategories(db)
    owner = await db.createUser()
    await openStoreAs(db, owner, 'locks')
  })
  afterAll(() => db.drop())

  const publish = (id: string, version = '1.0.0', dependencies: Record<string, string> = {}) =>
    publishAs(db, owner, { id, version, dependencies })

  function names<const T extends string>(...letters: T[]): Record<T, string> {
    count += 1
    return Object.fromEntries(letters.map((letter) => [letter, `locks/${letter}-${count}`])) as Record<
      T,
      string
    >
  }

  /** Publishes, calls `meanwhile` before it commits, and commits. */
  async function whilePublishing(
    id: string,
    version: string,
    dependencies: Record<string, string>,
    meanwhile: () => Promise<unknown>,
  ): Promise<void> {
    const { manifest, yaml, release } = publishArguments({ id, version, dependencies })
    await db.asUser(owner, async (sql) => {
      await sql`select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`
      await meanwhile()
    })
  }

  it('do not wait for each other where no circle could close, also when both need the same', async () => {
    const { base, one, two } = names('base', 'one', 'two')
    await publish(base)
    await publish(two)
    await whilePublishing(one, '1.0.0', { [base]: '^1.0.0' }, async () => {
      await publish(two, '1.1.0', { [base]: '^1.0.0' })
    })
    const rows = await db.admin`select count(*)::int as needing from catalog.version_dependencies d
      join catalog.packages p on p.id = d.depends_on_id where p.handle = ${base}`
    expect(rows).toEqual([{ needing: 2 }])
  })

  it('wait for who publishes what they need, and then see it', async () => {
    const { a, b } = names('a', 'b')
    await publish(a)
    await publish(b)
    let second: Promise<unknown> = Promise.resolve()
    await whilePublishing(a, '1.1.0', { [b]: '*' }, async () => {
      second = publish(b, '1.1.0', { [a]: '*' }).catch((error: unknown) => error)
      // It waits until the first has committed, or else it would be through.
      await waiting()
    })
    expect(await second).toMatchObject({ code: 'SK422', detail: 'dependency_cycle' })
  })

  it('raced, close no circle whose other links were there before', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { a, b, d, e } = names('a', 'b', 'd', 'e')
      await publish(a)
      await publish(d)
      await publish(b, '1.0.0', { [d]: '*' })
      await publish(e, '1.0.0', { [a]: '*' })
      // a → b → d → e → a: either new link alone is fine.
      const outcomes = await Promise.allSettled([
        publish(a, '1.1.0', { [b]: '*' }),
        publish(d, '1.1.0', { [e]: '*' }),
      ])
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    }
  })

  it('walk no further than two thousand versions, and refuse what goes deeper', async () => {
    const { root, hub, user } = names('root', 'hub', 'user')
    await publish(hub)
    await publish(root)
    await publish(user, '1.0.0', { [root]: '*' })
    // hub needs 2,001 packages that nobody published by hand.
    await db.admin`
      with made as (
        insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind, status)
        select p.namespace_id, p.store_id, p.category_id, 'locks/many-' || n, 'many-' || n, 'prompt', 'approved'
        from catalog.packages p, generate_series(1, 2001) n where p.handle = ${hub} returning *
      ), out as (
        insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata, dependencies)
        select made.id, '1.0.0', catalog.version_sort_key('1.0.0'), false, v.sha256, v.size_bytes, '{}', '{}'
        from made, catalog.versions v join catalog.packages h on h.id = v.package_id where h.handle = ${hub}
      )
      insert into catalog.version_dependencies (version_id, depends_on_id, version_range)
      select v.id, made.id, '*' from made, catalog.versions v join catalog.packages h on h.id = v.package_id
      where h.handle = ${hub}`
    await expect(publish(root, '1.1.0', { [hub]: '*' })).rejects.toMatchObject({
      ...{
        code: 'SK422',
        detail: 'dependency_cycle',
        message: expect.stringContaining('too deep') as unknown,
      },
    })
    // Whom nothing needs is in no circle, however much they need.
    await publish(`${user}-too`, '1.0.0', { [hub]: '*' })
  })

  /** Until some session waits for an advisory lock. */
  async function waiting(): Promise<void> {
    for (;;) {
      const rows = await db.admin`select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`
      if (rows.length > 0) return
    }
  }
})
