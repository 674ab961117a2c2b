/**
 * Owns what a process may have only once. Next bundles its gate, pages, route handlers and start-up hook apart, so that
 * a module's own variables exist several times.
 */
import 'server-only'

/** The value of that name, made by whoever asks first. */
export function processWide<T>(name: string, make: () => T): T {
  const key = Symbol.for(`souk.${name}`)
  const shared = globalThis as { [key]?: T }
  return (shared[key] ??= make())
}
