/**
 * Every route handler of the API, for our own server: found by Next's bundler in the folders where Next finds them, so
 * there is no list that could fall behind.
 */
import 'server-only'
import type { Route } from '#lib/http/define-route'

const modules = import.meta.glob<Readonly<Record<string, unknown>>>('./**/route.ts', { eager: true })

export const routes: readonly Route[] = Object.values(modules).flatMap((exported) =>
  Object.values(exported).filter((value) => isRoute(value)),
)

function isRoute(value: unknown): value is Route {
  return typeof value === 'function' && 'endpoint' in value && 'answer' in value
}
