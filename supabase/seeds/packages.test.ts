import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { kindSchema } from '../../lib/kernel/kind.ts'
import { parseManifest } from '../../lib/kernel/manifest.ts'
import { priceSchema } from '../../lib/kernel/money.ts'
import { compareVersions, resolveRange } from '../../lib/kernel/semver.ts'

const at = (path: string) => new URL(path, import.meta.url)
const text = (path: string) => readFileSync(at(path), 'utf8')
const catalogSchema = z.array(
  z.strictObject({
    name: z.string(),
    category: z.string(),
    price: priceSchema,
    featured: z.boolean().optional(),
  }),
)
const categories = z.array(z.looseObject({ slug: z.string() })).parse(JSON.parse(text('categories.json')))
const reviews = z
  .array(z.strictObject({ handle: z.string(), rating: z.int().min(1).max(5), body: z.string() }))
  .parse(JSON.parse(text('reviews.json')))

const stores = ['house', 'demo'].map((namespace) => ({
  namespace,
  catalog: catalogSchema.parse(JSON.parse(text(`${namespace}/catalog.json`))),
  folders: readdirSync(at(namespace), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name),
}))
const files = stores.flatMap(({ namespace, folders }) =>
  folders.flatMap((name) =>
    readdirSync(at(`${namespace}/${name}`)).map((file) => ({
      namespace,
      name,
      file,
      path: `${namespace}/${name}/${file}`,
    })),
  ),
)
const parsed = files.map((file) => ({ ...file, result: parseManifest(readFileSync(at(file.path))) }))
const versionsOf = (handle: string) =>
  parsed
    .filter(({ namespace, name }) => `${namespace}/${name}` === handle)
    .map(({ file }) => ({ version: file.replace(/\.yaml$/, ''), yanked: false }))
const newest = stores.flatMap(({ namespace, catalog }) =>
  catalog.map((entry) => {
    const versions = versionsOf(`${namespace}/${entry.name}`).map(({ version }) => version)
    const latest = versions.sort(compareVersions).at(-1)
    const found = parsed.find(({ path }) => path === `${namespace}/${entry.name}/${latest ?? ''}.yaml`)
    if (!found?.result.ok) throw new Error(`${entry.name} has no valid version`)
    return { ...entry, namespace, manifest: found.result.manifest, warnings: found.result.warnings }
  }),
)

describe('hand-written packages', () => {
  it.each(parsed.map((item) => [item.path, item] as const))(
    '%s is valid and says where it lies',
    (_, { result, ...item }) => {
      expect(result).toMatchObject({ ok: true })
      if (!result.ok) return
      expect(`${item.namespace}/${item.name}/${item.file}`).toBe(
        `${result.manifest.id}/${result.manifest.version}.yaml`,
      )
    },
  )

  it('depend only on packages and versions that are here', () => {
    for (const { path, result } of parsed) {
      if (!result.ok) continue
      for (const [handle, range] of Object.entries(result.manifest.dependencies)) {
        expect(resolveRange(versionsOf(handle), range), `${path} needs ${handle}@${range}`).not.toBeNull()
      }
    }
  })

  it('come after what they depend on in their catalogue, so that publishing in order works', () => {
    const order = newest.map(({ namespace, name }) => `${namespace}/${name}`)
    for (const { namespace, name, manifest } of newest) {
      for (const handle of Object.keys(manifest.dependencies)) {
        expect(order.indexOf(handle)).toBeLessThan(order.indexOf(`${namespace}/${name}`))
      }
    }
  })

  it('are listed in the catalogue of their store, each once, under a known category', () => {
    for (const { catalog, folders } of stores) {
      expect(catalog.map(({ name }) => name).sort()).toEqual(folders.sort())
      for (const { category } of catalog) expect(categories.map(({ slug }) => slug)).toContain(category)
    }
  })

  it('draw no warning in their newest version', () => {
    for (const { name, warnings } of newest) expect(warnings, name).toEqual([])
  })
})

describe('the house store', () => {
  const house = newest.filter(({ namespace }) => namespace === 'house')

  it('has at least fourteen packages, three or more of every kind', () => {
    expect(house.length).toBeGreaterThanOrEqual(14)
    for (const kind of kindSchema.options) {
      expect(house.filter(({ manifest }) => manifest.kind === kind).length, kind).toBeGreaterThanOrEqual(3)
    }
  })

  it('asks between 3.00 and 49.00 USD for about a third of them, never for the work of others', () => {
    const priced = house.filter(({ price }) => price.amount > 0)
    expect(priced.length / house.length).toBeGreaterThan(0.25)
    expect(priced.length / house.length).toBeLessThan(0.45)
    for (const { price, manifest } of priced) {
      expect(price).toMatchObject({ currency: 'USD' })
      expect(price.amount).toBeGreaterThanOrEqual(300)
      expect(price.amount).toBeLessThanOrEqual(4900)
      expect(manifest.metadata.repository).toBeUndefined()
    }
  })

  it('has several with a history, told in the readme', () => {
    const withHistory = house.filter(({ name }) => versionsOf(`house/${name}`).length > 1)
    expect(withHistory.length).toBeGreaterThanOrEqual(4)
    for (const { manifest } of withHistory)
      expect(manifest.metadata.readme).toContain(`**${manifest.version}**`)
  })

  it('explains every package at length and states a license', () => {
    for (const { name, manifest } of house) {
      expect((manifest.metadata.readme ?? '').length, name).toBeGreaterThan(700)
      expect(manifest.metadata.license, name).toBeDefined()
    }
  })
})

describe('reviews', () => {
  it('are of what we wrote ourselves, one each, and marked as demo data', () => {
    const written = newest.filter(({ manifest }) => manifest.metadata.repository === undefined)
    const own = written.map(({ namespace, name }) => `${namespace}/${name}`)
    expect(new Set(reviews.map(({ handle }) => handle)).size).toBe(reviews.length)
    for (const { handle, body } of reviews) {
      expect(own).toContain(handle)
      expect(body).toMatch(/^Demo review\./)
    }
  })
})
