/**
 * Loads the made-up catalogue in bulk: rows by COPY with triggers and indexes out of the way, then indexes, then the
 * search rows by the same rebuild that operators run. Only for a database of the bench's own.
 */
import { once } from 'node:events'
import type postgres from 'postgres'
import { type GeneratedEntry, generateEntries, vocabulary } from './catalog-generator.ts'

export const BENCH_REGISTRY_URL = 'https://registry.bench.test'
const COLUMNS =
  'registry_id, registry_url, handle, entry, display_name, kind, product_type, category_slug, store_slug, price_amount, tags, rating_average, sold_count, view_count, download_count, hot_score, search, created_at, updated_at'

export interface LoadReport {
  rows: number
  loadMs: number
  indexMs: number
  searchBuildMs: number
}

export async function loadCatalog(
  sql: postgres.Sql,
  count: number,
  report: (line: string) => void,
): Promise<LoadReport> {
  const startedAt = performance.now()
  const words = vocabulary()
  const stems = await stemsOf(sql, words)
  const categories = await sql<{ slug: string; name: string }[]>`
    select slug, name from catalog.categories where is_active order by display_order`
  const definitions = await dropIndexes(sql)
  await sql`alter table catalog.marketplace_catalog_rows disable trigger user`
  const copy = await sql`copy catalog.marketplace_catalog_rows (${sql.unsafe(COLUMNS)}) from stdin`.writable()
  let [chunk, done] = ['', 0]
  for (const entry of generateEntries(count, { words, categories })) {
    chunk += lineOf(entry, stems)
    done += 1
    if (chunk.length > 1_000_000) {
      if (!copy.write(chunk)) await once(copy, 'drain')
      chunk = ''
    }
    if (done % 200_000 === 0) report(`  ${done} rows copied`)
  }
  copy.end(chunk)
  await once(copy, 'finish')
  await sql`alter table catalog.marketplace_catalog_rows enable trigger user`
  const loadedAt = performance.now()
  for (const definition of definitions) await sql.unsafe(definition)
  await sql`vacuum analyze catalog.marketplace_catalog_rows`
  const indexedAt = performance.now()
  await buildSearch(sql, report)
  return {
    rows: count,
    loadMs: Math.round(loadedAt - startedAt),
    indexMs: Math.round(indexedAt - loadedAt),
    searchBuildMs: Math.round(performance.now() - indexedAt),
  }
}

async function buildSearch(sql: postgres.Sql, report: (line: string) => void): Promise<void> {
  await sql`select catalog.begin_search_build(false)`
  for (let reported = 0; ;) {
    const [row] = await sql<{ step: { builtRows: number; totalRows: number; isFilled: boolean } }[]>`
      select catalog.step_search_build(20000) as step`
    if (!row || row.step.isFilled) break
    if (row.step.builtRows - reported >= 200_000) {
      reported = row.step.builtRows
      report(`  ${reported} search rows built`)
    }
  }
  await sql`select catalog.index_search_build()`
  report('  ordered and indexed')
  await sql`select catalog.await_older_readers()`
  await sql`select catalog.finish_search_build()`
  await sql`select catalog.refresh_search_statistics()`
  await sql`vacuum analyze catalog.search_rows, catalog.search_keys, catalog.search_terms, catalog.search_postings,
    catalog.search_pairs`
}

async function stemsOf(sql: postgres.Sql, words: string[]): Promise<Map<string, string>> {
  const rows = await sql<{ word: string; stem: string }[]>`
    select word, coalesce(catalog.word_stem(word), word) as stem from jsonb_array_elements_text(${JSON.stringify(words)}::text::jsonb) word`
  return new Map(rows.map(({ word, stem }) => [word, stem]))
}

async function dropIndexes(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ name: string; definition: string }[]>`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = 'catalog.marketplace_catalog_rows'::regclass
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`
  for (const { name } of rows) await sql`drop index catalog.${sql(name)}`
  return rows.map(({ definition }) => definition)
}

function lineOf(entry: GeneratedEntry, stems: ReadonlyMap<string, string>): string {
  const { readmeWords, ...card } = entry
  const json = JSON.stringify({
    ...card,
    price: { amount: entry.price, currency: 'USD' },
    iconUrl: null,
    latestVersion: '1.0.0',
    registry: BENCH_REGISTRY_URL,
  })
  return `${[
    ...['bench', BENCH_REGISTRY_URL, entry.handle, json, entry.name, entry.kind, entry.productType],
    ...[entry.category.slug, entry.store.slug, entry.price],
    `{${entry.tags.join(',')}}`,
    ...[entry.rating.average, entry.soldCount, entry.viewCount, entry.downloadCount, hotScore(entry)],
    documentOf(entry, readmeWords, stems),
    ...[entry.createdAt, entry.updatedAt],
  ].join('\t')}\n`
}

/** As catalog.hot_score computes it. */
function hotScore({ soldCount, downloadCount, viewCount, rating }: GeneratedEntry): string {
  const { average, count } = rating
  const score =
    3 * Math.log1p(soldCount) +
    2 * Math.log1p(downloadCount) +
    Math.log1p(viewCount) +
    (average - 3) * Math.log1p(count)
  return score.toFixed(6)
}

/** A tsvector literal with the fields of catalog.search_document. */
function documentOf(
  entry: GeneratedEntry,
  readmeWords: readonly string[],
  stems: ReadonlyMap<string, string>,
): string {
  const places = new Map<string, string[]>()
  let position = 0
  const add = (text: string, weight: string) => {
    for (const word of text.toLowerCase().split(/[^a-z0-9]+/)) {
      if (word === '') continue
      position += 1
      const stem = stems.get(word) ?? word
      const known = places.get(stem)
      if (known) known.push(`${position}${weight}`)
      else places.set(stem, [`${position}${weight}`])
    }
  }
  add(`${entry.handle} ${entry.name}`, 'A')
  add(`${entry.tags.map((tag) => tag.slice(tag.indexOf(':') + 1)).join(' ')} ${entry.category.name}`, 'B')
  add(entry.summary, 'C')
  add(readmeWords.join(' '), '')
  return [...places].map(([stem, found]) => `${stem}:${found.join(',')}`).join(' ')
}
