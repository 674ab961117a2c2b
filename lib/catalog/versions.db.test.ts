import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareVersions, isPrerelease, rangeBounds, resolveRange, sortKey } from '#lib/kernel/semver'
import { NOT_VERSIONS, ORDERED_VERSIONS, RANGE_CASES } from '#lib/kernel/semver-cases'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, replaceCategories } from '../../scripts/testing/market.ts'

describe('semantic versions in SQL', () => {
  let database: TestDatabase
  let packageId: string

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    await openStoreAs(database, await database.createUser(), 'acme')
    const [row] = await database.admin<{ id: string }[]>`
      insert into catalog.packages (namespace_id, store_id, category_id, handle, name, kind)
      select n.id, n.store_id, c.id, 'acme/it', 'it', 'prompt' from catalog.namespaces n, catalog.categories c
      where c.slug = 'other' returning id`
    packageId = row?.id ?? ''
  })
  afterAll(() => database.drop())

  const sqlKeys = async (versions: readonly string[]) => {
    const rows = await database.admin<{ key: string | null }[]>`
      select catalog.version_sort_key(given.version) as key
      from unnest(${[...versions]}::text[]) with ordinality given (version, position) order by given.position`
    return rows.map(({ key }) => key)
  }
  const sqlOrder = async (versions: readonly string[]) => {
    const rows = await database.admin<{ version: string }[]>`
      select version from unnest(${[...versions]}::text[]) version
      order by catalog.version_sort_key(version) collate "C"`
    return rows.map(({ version }) => version)
  }
  /** Among versions of which a `!` marks a yanked one. */
  const sqlResolve = async (versions: readonly string[], range: string) =>
    await database.admin.begin(async (sql) => {
      for (const marked of versions) {
        const version = marked.replace('!', '')
        await sql`
          with bytes as (
            insert into catalog.manifests (sha256, yaml_content, size_bytes)
            values (sha256(${version}::text::bytea), ${version}, ${version.length}) on conflict do nothing)
          insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata, yanked_at)
          values (${packageId}, ${version}, catalog.version_sort_key(${version}), ${isPrerelease(version)},
            sha256(${version}::text::bytea), ${version.length}, '{}', ${marked === version ? null : new Date()})`
      }
      const [row] = await sql<{ version: string | null }[]>`
        select (select version from catalog.versions where id = catalog.resolve_version(${packageId},
          ${JSON.stringify(rangeBounds(range))}::text::jsonb)) as version`
      await sql`delete from catalog.versions`
      return row?.version ?? null
    })

  const identifier = fc.oneof(
    fc.nat(30).map(String),
    fc.constantFrom('alpha', 'beta', 'rc', 'A', '-', 'a-', '0a', '9007199254740991'),
  )
  const small = fc
    .tuple(
      fc.nat(2),
      fc.nat(11),
      fc.nat(2),
      fc.array(identifier, { maxLength: 3 }),
      fc.constantFrom('', '', '+b'),
    )
    .map(([major, minor, patch, stage, build]) =>
      [`${major}.${minor}.${patch}`, stage.join('.')].filter(Boolean).join('-').concat(build),
    )

  it('orders the table of cases, from any order', async () => {
    expect(await sqlOrder(ORDERED_VERSIONS.toReversed())).toEqual(ORDERED_VERSIONS)
  })

  it('has the keys of TypeScript, and none for what is no version', async () => {
    expect(await sqlKeys(ORDERED_VERSIONS)).toEqual(ORDERED_VERSIONS.map(sortKey))
    expect(await sqlKeys(NOT_VERSIONS)).toEqual(NOT_VERSIONS.map(() => null))
  })

  it('is a total order, that of TypeScript, for any versions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(small, { minLength: 2, maxLength: 40 }), async (versions) => {
        expect(await sqlOrder(versions)).toEqual([...versions].sort(compareVersions))
        expect(await sqlKeys(versions)).toEqual(versions.map(sortKey))
      }),
      { numRuns: 60 },
    )
  })

  it.each(RANGE_CASES)(
    'resolves $range among $versions to $expected',
    async ({ versions, range, expected }) => {
      expect(await sqlResolve(versions.split(' '), range)).toBe(expected)
    },
  )

  it('resolves any range to the version that TypeScript does', async () => {
    const operator = fc.constantFrom('^', '~', '>=', '<', '<=', '>', '=', '')
    const part = fc.tuple(operator, small).map(([sign, version]) => sign + version)
    const range = fc
      .array(fc.array(part, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
      .map((alternatives) => alternatives.map((parts) => parts.join(' ')).join(' || '))
    const marked = fc.uniqueArray(fc.tuple(small, fc.boolean()), {
      selector: ([version]) => version,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(marked, range, async (list, wanted) => {
        const versions = list.map(([version, yanked]) => ({ version, yanked }))
        const found = await sqlResolve(
          list.map(([version, yanked]) => (yanked ? `${version}!` : version)),
          wanted,
        )
        expect(found).toBe(resolveRange(versions, wanted))
      }),
      { numRuns: 120 },
    )
  })
})
