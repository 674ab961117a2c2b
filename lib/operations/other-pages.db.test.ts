import { afterAll, beforeAll, expect, it } from 'vitest'
import type { UserActor } from '#lib/kernel/actor'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'

let database: TestDatabase
let owner: string
let modules: Awaited<ReturnType<typeof importModules>>

async function importModules() {
  useDatabase(database)
  const [reads, moderation, publishing, db] = await Promise.all([
    import('#lib/catalog/for-everybody'),
    import('#lib/moderation/decide-package'),
    import('#lib/publishing/update-package'),
    import('#lib/platform/db'),
  ])
  return { ...reads, ...moderation, ...publishing, ...db }
}

const person = (userId: string, appRole: UserActor['appRole'] = null): UserActor => ({
  ...{ kind: 'user', userId, appRole },
  ...{ email: `${userId}@souk.test`, displayName: 'Somebody', isStale: false },
})

beforeAll(async () => {
  database = await createTestDatabase()
  await replaceCategories(database)
  owner = await database.createUser()
  await openStoreAs(database, owner, 'acme')
  modules = await importModules()
}, 60_000)
afterAll(async () => {
  await modules.closeDatabase()
  await database.drop()
})

it.each(['quarantine', 'price', 'withdrawal'] as const)(
  'a package shows another price, or nothing more, on the kept pages of others at once after: %s',
  async (change) => {
    const [needed, user] = [`acme/needed-${change}`, `acme/user-${change}`]
    await publishAs(database, owner, { id: needed })
    await publishAs(database, owner, { id: user, dependencies: { [needed]: '^1.0.0' } })
    const shown = async () => {
      const found = await modules.packageForEverybody(needed)
      return found?.dependents.items.map(({ handle, price }) => [handle, price.amount])
    }
    expect(await shown()).toEqual([[user, 0]])
    const price = { amount: 300, currency: 'USD' as const }
    if (change === 'quarantine')
      await modules.decidePackage(person(owner, 'operator'), user, change, 'It smokes.')
    else
      await modules.updatePackage(
        person(owner),
        user,
        change === 'price' ? { price } : { isAvailable: false },
      )
    expect(await shown()).toEqual(change === 'price' ? [[user, 300]] : [])
  },
)
