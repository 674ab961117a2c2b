/** Owns what the edge keeps: by address, within a number of bytes, and by tag to be called back. Decides nothing. */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { ALL_TAGS } from '#lib/platform/cache-purge'
import { PurgeLog } from '#lib/platform/purge-log'
import type { EdgeEntry } from './edge-entry.ts'

export class EdgeStore {
  readonly #entries: LRUCache<string, EdgeEntry>
  readonly #byTag = new Map<string, Set<string>>()
  readonly purges = new PurgeLog()

  constructor(maxBytes: number) {
    this.#entries = new LRUCache<string, EdgeEntry>({
      maxSize: maxBytes,
      // One answer must not push out everything else.
      maxEntrySize: Math.max(65_536, Math.floor(maxBytes / 8)),
      sizeCalculation: ({ sizeBytes }) => sizeBytes,
      dispose: (entry, url) => this.#untag(url, entry.tags),
    })
  }

  get(url: string): EdgeEntry | undefined {
    return this.#entries.get(url)
  }

  keep(url: string, entry: EdgeEntry): void {
    this.#entries.set(url, entry)
    if (!this.#entries.has(url)) return
    for (const tag of entry.tags) {
      const urls = this.#byTag.get(tag)
      if (urls) urls.add(url)
      else this.#byTag.set(tag, new Set([url]))
    }
  }

  /** Puts the same answer with more encodings in its place, if it is still there. */
  replace(url: string, entry: EdgeEntry, by: EdgeEntry): void {
    if (this.#entries.peek(url) === entry) this.keep(url, by)
  }

  drop(url: string): void {
    this.#entries.delete(url)
  }

  purge(tags: readonly string[]): void {
    this.purges.note(tags)
    if (tags.includes(ALL_TAGS)) this.#entries.clear()
    for (const tag of tags) for (const url of [...(this.#byTag.get(tag) ?? [])]) this.#entries.delete(url)
  }

  get sizeBytes(): number {
    return this.#entries.calculatedSize
  }

  #untag(url: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const urls = this.#byTag.get(tag)
      urls?.delete(url)
      if (urls?.size === 0) this.#byTag.delete(tag)
    }
  }
}
