import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { normalizeRegistryUrl } from './rules.ts'
import { marketplaceQuerySchema } from './schemas.ts'

describe('entries of other registries', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await createMarket(database)
    await database.admin`
      insert into catalog.marketplace_catalog_rows
      select (jsonb_populate_record(r, jsonb_build_object('registry_id', 'twin', 'package_id', null,
        'registry_url', 'HTTPS://Twin.Example:443/Catalog/V2/',
        'row_id', nextval(pg_get_serial_sequence('catalog.marketplace_catalog_rows', 'row_id'))))).*
      from catalog.marketplace_catalog_rows r where r.handle = 'acme/free'`
    useDatabase(database)
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const totalOf = async (registryUrl: string) =>
    (await listMarketplace(marketplaceQuerySchema.parse({ registryUrl }))).meta.total

  it('are found by the address of their registry, however it is written', async () => {
    for (const url of [
      ...[
        'https://twin.example/Catalog/V2',
        'twin.example/Catalog/V2/',
        'HTTPS://TWIN.EXAMPLE:443/Catalog/V2',
      ],
      'https://twin.example/Catalog/V2//?page=1#top',
    ]) {
      expect({ [url]: await totalOf(url) }).toEqual({ [url]: 1 })
    }
    for (const url of [
      'twin.example/catalog/v2',
      'http://twin.example/Catalog/V2',
      'twin.example',
      'twin.example:8443/Catalog/V2',
    ]) {
      expect({ [url]: await totalOf(url) }).toEqual({ [url]: 0 })
    }
    expect(await totalOf('local')).toBe(3)
  })

  it('are named in the database as they are asked for', async () => {
    const part = fc.constantFrom('Catalog', 'v2', 'a-b', '~x', 'index.json')
    const url = fc
      .record({
        scheme: fc.constantFrom('', 'http://', 'https://', 'HTTPS://'),
        user: fc.constantFrom('', 'me@', 'me:secret@'),
        host: fc.constantFrom('twin.example', 'TWIN.example', '127.0.0.1', '[::1]'),
        port: fc.constantFrom('', ':80', ':443', ':8080', ':0443'),
        path: fc.array(part, { maxLength: 3 }),
        end: fc.constantFrom('', '/', '//', '?q=1', '/#here'),
      })
      .map(
        ({ scheme, user, host, port, path, end }) =>
          `${scheme}${user}${host}${port}${path.map((each) => `/${each}`).join('')}${end}`,
      )
    await fc.assert(
      fc.asyncProperty(url, async (text) => {
        const [row] = await database.admin<
          { url: string }[]
        >`select catalog.normal_registry_url(${text}) as url`
        expect(row?.url).toBe(normalizeRegistryUrl(text))
      }),
      { numRuns: 200 },
    )
  })
})
