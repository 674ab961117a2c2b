/**
 * Imports the seed of the official MCP registry and accounts for every entry of it in the import report.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type postgres from 'postgres'
import type { Actor } from '#lib/kernel/actor'
import { mapRegistryEntries } from '../../supabase/seeds/mcp-registry-mapping.ts'
import { publishAll } from './publish.ts'
import { ensureNamespaces, ensureStore } from './stores.ts'

const SOURCE = 'mcp-registry-2025-05-16.json'

export interface ImportReport {
  source: string
  entries: number
  imported: { index: number; entryId: string; handle: string; version: string; category: string }[]
  rejected: { index: number; entryId: string; name: string; reason: string }[]
}

export async function importRegistry(
  sql: postgres.Sql,
  operator: Actor,
  seedsDir: string,
  published: ReadonlySet<string>,
): Promise<ImportReport> {
  const entries: unknown = JSON.parse(await readFile(join(seedsDir, SOURCE), 'utf8'))
  if (!Array.isArray(entries)) throw new Error(`${SOURCE} is not a list`)
  const mapping = mapRegistryEntries(entries)
  const storeId = await ensureStore(sql, {
    slug: 'mcp-registry',
    name: 'MCP Registry',
    description:
      'Servers listed in the official registry of the Model Context Protocol, mirrored as they were on 16 May 2025. Each links to its own repository; nobody here wrote or reviewed them.',
    productType: 'seller',
    ownerId: null,
  })
  const namespaces = new Set(mapping.imports.map(({ handle }) => handle.split('/')[0] ?? ''))
  await ensureNamespaces(sql, storeId, [...namespaces])
  const { failures } = await publishAll(operator, mapping.imports, published)
  const failed = new Map(failures.map((failure) => [failure.handle, failure.reason]))
  const report: ImportReport = {
    source: SOURCE,
    entries: entries.length,
    imported: mapping.imports
      .filter(({ handle }) => !failed.has(handle))
      .map(({ index, entryId, handle, version, category }) => ({
        index,
        entryId,
        handle,
        version,
        category,
      })),
    rejected: [
      ...mapping.rejected,
      ...mapping.imports
        .filter(({ handle }) => failed.has(handle))
        .map(({ index, entryId, handle }) => ({
          index,
          entryId,
          name: handle,
          reason: failed.get(handle) ?? '',
        })),
    ].toSorted((left, right) => left.index - right.index),
  }
  assertComplete(report)
  return report
}

/** Every entry stands in the report exactly once, or the import has not happened. */
function assertComplete(report: ImportReport): void {
  const places = [...report.imported, ...report.rejected].map(({ index }) => index)
  if (places.length !== report.entries || new Set(places).size !== report.entries) {
    throw new Error(`The import report accounts for ${new Set(places).size} of ${report.entries} entries`)
  }
}

export async function writeReport(path: string, report: ImportReport): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
}
