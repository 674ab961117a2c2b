/**
 * Publishes the hand-written packages under supabase/seeds/house and /demo, then sets what their seller and the
 * operator decide: price, category, the featured mark. Decisions already made are left alone.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type postgres from 'postgres'
import { z } from 'zod'
import type { SignedInActor } from '#lib/kernel/actor'
import { compareVersions } from '#lib/kernel/semver'
import { priceSchema } from '#lib/kernel/money'
import { publishAll, type SeedManifest } from './publish.ts'

const shelfSchema = z.array(
  z.object({
    name: z.string(),
    category: z.string(),
    price: priceSchema.optional(),
    featured: z.boolean().default(false),
  }),
)
type ShelfEntry = z.infer<typeof shelfSchema>[number]

export async function publishShelf(
  sql: postgres.Sql,
  actor: SignedInActor,
  folder: string,
  namespace: string,
  published: ReadonlySet<string>,
): Promise<number> {
  const shelf = shelfSchema.parse(JSON.parse(await readFile(join(folder, 'catalog.json'), 'utf8')))
  const isNew = (entry: ShelfEntry) =>
    ![...published].some((version) => version.startsWith(`${namespace}/${entry.name}@`))
  const fresh = shelf.filter(isNew)
  const manifests = (await Promise.all(shelf.map((entry) => readVersions(folder, namespace, entry)))).flat()
  const { published: count, failures } = await publishAll(actor, manifests, published)
  if (failures.length > 0) {
    const lines = failures.map(({ handle, version, reason }) => `${handle}@${version}: ${reason}`)
    throw new Error(`Seed packages were refused:\n${lines.join('\n')}`)
  }
  for (const entry of fresh) await decide(sql, `${namespace}/${entry.name}`, entry)
  return count
}

async function readVersions(folder: string, namespace: string, entry: ShelfEntry): Promise<SeedManifest[]> {
  const files = (await readdir(join(folder, entry.name))).filter((file) => file.endsWith('.yaml'))
  const versions = files.map((file) => file.slice(0, -'.yaml'.length)).toSorted(compareVersions)
  return await Promise.all(
    versions.map(async (version) => ({
      handle: `${namespace}/${entry.name}`,
      version,
      category: entry.category,
      yaml: await readFile(join(folder, entry.name, `${version}.yaml`), 'utf8'),
    })),
  )
}

async function decide(sql: postgres.Sql, handle: string, { price, featured }: ShelfEntry): Promise<void> {
  await sql`
    update catalog.packages set price_amount = ${price?.amount ?? 0}, is_featured = ${featured}
    where handle = ${handle}`
  await sql`select catalog.index_package(id) from catalog.packages where handle = ${handle}`
}
