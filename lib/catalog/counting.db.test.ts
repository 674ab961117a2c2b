import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { marketplaceHomeSchema } from '#lib/catalog/schemas'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishArguments, publishAs, replaceCategories } from '../../scripts/testing/market.ts'

describe('counting and the views that rank by it', () => {
  let database: TestDatabase
  let owner: string
  /** Connections of their own for what runs at the same time. */
  let workers: postgres.Sql

  const handles = Array.from({ length: 120 }, (_, index) => `acme/p${String(index).padStart(3, '0')}`)

  beforeAll(async () => {
    database = await createTestDatabase()
    workers = postgres(database.adminUrl, { max: 12, onnotice: () => undefined })
    await replaceCategories(database)
    owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (const [index, id] of handles.entries()) {
      await publishAs(database, owner, { id, category: index < 30 ? 'tools' : 'other' })
    }
  })
  afterAll(async () => {
    await workers.end({ timeout: 5 })
    await database.drop()
  })

  const record = (sql: postgres.Sql | postgres.TransactionSql, counts: object[]) =>
    sql`select catalog.record_activity(${JSON.stringify(counts)}::text::jsonb)`
  const refresh = async (sql: postgres.Sql | postgres.TransactionSql) => {
    const [row] = await sql<{ outcome: { refreshed: boolean; durationMs?: number; reason?: string } }[]>`
      select public.refresh_marketplace_views() as outcome`
    return row?.outcome
  }
  const countsOf = async (handle: string) => {
    const [row] = await database.admin`
      select st.view_count::int as views, st.download_count::int as downloads,
        (r.entry ->> 'viewCount')::int as shown, r.hot_score > 0 as warm
      from catalog.package_stats st join catalog.marketplace_catalog_rows r using (package_id)
      where r.handle = ${handle}`
    return row
  }
  const hot = () =>
    database.admin<{ handle: string; position: number }[]>`
      select handle, position from catalog.mv_hot_products order by position`

  describe('record_activity', () => {
    it('adds up, shows on the card, and passes over what is not there', async () => {
      const [handle = ''] = handles
      await record(database.admin, [
        { handle, views: 3, downloads: 1 },
        { handle: 'acme/nothing', views: 5, downloads: 5 },
        { handle, views: 2, downloads: 0 },
      ])
      expect(await countsOf(handle)).toEqual({ views: 5, downloads: 1, shown: 5, warm: true })
      await record(database.admin, [])
    })

    it('is for the service alone', async () => {
      const counts = JSON.stringify([{ handle: handles[0], views: 1_000_000, downloads: 0 }])
      for (const act of [
        database.asAnon,
        <T>(work: Parameters<typeof database.asAnon<T>>[0]) => database.asUser(owner, work),
      ]) {
        await expect(
          act((sql) => sql`select catalog.record_activity(${counts}::text::jsonb)`),
        ).rejects.toMatchObject({
          code: '42501',
        })
      }
    })

    it('flushed by twelve processes at once, in opposite orders, neither deadlocks nor loses a count', async () => {
      const some = handles.slice(10, 22)
      const before = await Promise.all(some.map(countsOf))
      const batches = Array.from({ length: 24 }, (_, index) => {
        const counts = some.map((handle) => ({ handle, views: 1, downloads: 1 }))
        return index % 2 === 0 ? counts : counts.reverse()
      })
      await Promise.all(batches.map((counts) => record(workers, counts)))
      const after = await Promise.all(some.map(countsOf))
      for (const [index, row] of after.entries()) {
        const views = (before[index]?.views as number) + 24
        expect(row).toMatchObject({ views, shown: views })
      }
    }, 60_000)

    it('runs beside publishing, reviewing and repricing of the same packages without a deadlock', async () => {
      const some = handles.slice(40, 44)
      const reviewers = await Promise.all(some.map(() => database.createUser()))
      const as = (userId: string, work: (sql: postgres.TransactionSql) => Promise<unknown>) =>
        workers.begin(async (sql) => {
          const claims = JSON.stringify({ sub: userId, role: 'authenticated' })
          await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
          await work(sql)
        })
      const work = Array.from({ length: 5 }, (_, round) => [
        record(
          workers,
          some.map((handle) => ({ handle, views: 1, downloads: 0 })),
        ),
        ...some.flatMap((id, index) => {
          const { manifest, yaml, release } = publishArguments({ id, version: `1.${round + 1}.0` })
          return [
            as(
              owner,
              (sql) =>
                sql`select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`,
            ),
            as(reviewers[index] ?? '', (sql) => sql`select catalog.review_package(${id}, 5::smallint, '')`),
            as(
              owner,
              (sql) =>
                sql`select catalog.update_package(${id}, ${`{"category":"${round % 2 ? 'tools' : 'other'}"}`}::text::jsonb)`,
            ),
          ]
        }),
        as(owner, (sql) => sql`update catalog.stores set name = ${`Acme ${round}`}`),
      ]).flat()
      await Promise.all(work)
      for (const handle of some) {
        const [row] = await database.admin`
          select r.entry = catalog.card(r.package_id) as fresh, r.entry ->> 'latestVersion' as latest, st.view_count::int as views
          from catalog.marketplace_catalog_rows r join catalog.package_stats st using (package_id)
          where r.handle = ${handle}`
        expect(row).toEqual({ fresh: true, latest: '1.5.0', views: 5 })
      }
    }, 60_000)

    it('never puts an older card over a newer one', async () => {
      const id = handles[50] ?? ''
      const { manifest, yaml, release } = publishArguments({ id, version: '2.0.0' })
      let flush: Promise<unknown> = Promise.resolve()
      await workers.begin(async (publisher) => {
        const claims = JSON.stringify({ sub: owner, role: 'authenticated' })
        await publisher`select set_config('request.jwt.claims', ${claims}, true)`
        await publisher`
          select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`
        flush = record(workers, [{ handle: id, views: 7, downloads: 0 }]).execute()
        // The flush must be waiting for the publisher before the publisher commits.
        for (let isWaiting = false; !isWaiting;) {
          const rows = await database.admin`
            select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%record_activity%'
              and datname = current_database()`
          isWaiting = rows.length > 0
        }
      })
      await flush
      const [row] = await database.admin`
        select entry ->> 'latestVersion' as latest, (entry ->> 'viewCount')::int as views
        from catalog.marketplace_catalog_rows where handle = ${id}`
      expect(row).toEqual({ latest: '2.0.0', views: 7 })
    })
  })

  describe('refresh_marketplace_views', () => {
    it('ranks at most a hundred products by their score, positions without a gap', async () => {
      await record(
        database.admin,
        handles.map((handle, index) => ({ handle, views: index * index, downloads: index })),
      )
      await refresh(database.admin)
      const rows = await hot()
      expect(rows.map((row) => row.position)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
      const expected = await database.admin<{ handle: string }[]>`
        select handle from catalog.marketplace_catalog_rows order by hot_score desc, created_at desc, handle limit 100`
      expect(rows.map((row) => row.handle)).toEqual(expected.map((row) => row.handle))
    })

    it('counts what is listed by category, empty ones too and retired ones not', async () => {
      await refresh(database.admin)
      const counts = async () =>
        database.admin`select slug, product_count from catalog.mv_category_counts order by display_order`
      const truth = () => database.admin`
        select c.slug, count(r.handle)::int as product_count from catalog.categories c
        left join catalog.marketplace_catalog_rows r on r.category_slug = c.slug
        where c.is_active group by c.id order by c.display_order`
      expect(await counts()).toEqual(await truth())
      const before = await counts()
      expect(before.reduce((sum, row) => sum + (row.product_count as number), 0)).toBe(handles.length)
      await database.asUser(
        owner,
        (sql) => sql`select catalog.update_package(${handles[119] ?? ''}, '{"isAvailable":false}')`,
      )
      expect(await counts()).toEqual(before)
      await refresh(database.admin)
      expect(await counts()).toEqual(await truth())
      expect(await counts()).not.toEqual(before)
      await database.asUser(
        owner,
        (sql) => sql`select catalog.update_package(${handles[119] ?? ''}, '{"isAvailable":true}')`,
      )
    })

    it('fills a home page of the contract’s shape, readable by anybody, with the time of the refresh', async () => {
      await database.admin`update catalog.packages set is_featured = true where handle in ${database.admin(handles.slice(0, 3))}`
      await refresh(database.admin)
      const home = await database.asAnon(async (sql) => {
        const [row] = await sql<{ home: unknown }[]>`select catalog.marketplace_home(12) as home`
        return marketplaceHomeSchema.parse(row?.home)
      })
      expect([home.hot.length, home.newArrivals.length, home.featured.length]).toEqual([12, 12, 3])
      const [last] = await database.admin<{ at: Date }[]>`
        select started_at as at from catalog.view_refreshes order by id desc limit 1`
      expect(home.refreshedAt).toBe(last?.at.toISOString())
    })

    it('shows nobody what left the shelf since the refresh, and closes the gap', async () => {
      const shelves = () =>
        database.asAnon(async (sql) => {
          const [row] = await sql<{ home: unknown }[]>`select catalog.marketplace_home(12) as home`
          const { hot, newArrivals, featured } = marketplaceHomeSchema.parse(row?.home)
          return [hot, newArrivals, featured].map((entries) => entries.map(({ handle }) => handle))
        })
      const gone = (await shelves()).flatMap(([first]) => first ?? [])
      await database.admin`update catalog.packages set status = 'quarantined' where handle in ${database.admin(gone)}`
      const [hot = [], newArrivals = [], featured = []] = await shelves()
      expect([...hot, ...newArrivals, ...featured].filter((handle) => gone.includes(handle))).toEqual([])
      expect([hot.length, newArrivals.length]).toEqual([12, 12])
      await database.admin`update catalog.packages set status = 'approved' where handle in ${database.admin(gone)}`
    })

    it('lets one refresher in at a time and tells the other', async () => {
      const count = async () => (await database.admin`select 1 from catalog.view_refreshes`).length
      const before = await count()
      await workers.begin(async (first) => {
        expect(await refresh(first)).toMatchObject({ refreshed: true })
        expect(await refresh(workers)).toEqual({ refreshed: false, reason: 'another refresh is running' })
      })
      expect(await count()).toBe(before + 1)
      // Afterwards the way is free again.
      expect(await refresh(workers)).toMatchObject({ refreshed: true })
    })

    it('raced, refreshes at least once and never fails', async () => {
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => refresh(workers)))
      expect(outcomes.filter((outcome) => outcome?.refreshed).length).toBeGreaterThanOrEqual(1)
      for (const outcome of outcomes) {
        if (!outcome?.refreshed) expect(outcome?.reason).toBe('another refresh is running')
      }
    })

    it('does not make readers wait', async () => {
      await workers.begin(async (refresher) => {
        await refresh(refresher)
        const rows = await database.admin.begin(async (reader) => {
          await reader`set local statement_timeout = '2s'`
          return reader`select catalog.marketplace_home(12) as home`
        })
        expect(rows).toHaveLength(1)
      })
    })

    it('records when it ran and for how long, and forgets after thirty days', async () => {
      await database.admin`
        insert into catalog.view_refreshes (started_at, duration_ms, refreshed_views)
        values (now() - interval '31 days', 1, '{old}'), (now() - interval '29 days', 1, '{kept}')`
      const outcome = await refresh(database.admin)
      const [row] = await database.admin`
        select duration_ms, refreshed_views, now() - started_at < interval '1 minute' as recent
        from catalog.view_refreshes order by id desc limit 1`
      expect(row).toEqual({
        duration_ms: outcome?.durationMs,
        refreshed_views: ['mv_hot_products', 'mv_category_counts', 'mv_home_shelves'],
        recent: true,
      })
      const kept = await database.admin`
        select refreshed_views[1] as name from catalog.view_refreshes where refreshed_views[1] in ('old', 'kept')`
      expect(kept).toEqual([{ name: 'kept' }])
    })

    it('is for the service alone', async () => {
      for (const act of [
        database.asAnon,
        <T>(work: Parameters<typeof database.asAnon<T>>[0]) => database.asUser(owner, work),
      ]) {
        for (const name of ['refresh_marketplace_views', 'database_health']) {
          await expect(act((sql) => sql.unsafe(`select public.${name}()`))).rejects.toMatchObject({
            code: '42501',
          })
        }
      }
      const [row] = await database.asService(
        (sql) => sql<{ health: { viewsRefreshedAt: string } }[]>`select public.database_health() as health`,
      )
      expect(Date.parse(row?.health.viewsRefreshedAt ?? '')).not.toBeNaN()
    })
  })
})
