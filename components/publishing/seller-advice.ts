/**
 * Owns what a seller should hear before publishing, from what their dashboard knew when the page was opened. It is
 * advice: another tab may have changed it, so the server decides. Pure.
 */
import type { Manifest } from '#lib/kernel/manifest'
import type { Issue } from '#lib/kernel/problem'
import type { SellerPackage } from './package-state.ts'
import { lineOfKey } from './manifest-text.ts'

export interface OwnedNames {
  namespaces: readonly string[]
  packages: readonly Pick<SellerPackage, 'handle' | 'kind' | 'latestVersion'>[]
}

export function sellerAdvice(
  manifest: Manifest,
  text: string,
  { namespaces, packages }: OwnedNames,
): Issue[] {
  const at = (key: string, message: string): Issue => ({
    path: key,
    message,
    line: lineOfKey(text, key),
    column: key.length + 3,
  })
  const [namespace = ''] = manifest.id.split('/')
  if (!namespaces.includes(namespace)) {
    return [at('id', `The namespace "${namespace}" is not yours. Yours: ${namespaces.join(', ')}.`)]
  }
  const existing = packages.find(({ handle }) => handle === manifest.id)
  if (!existing) return []
  return [
    ...(existing.kind === manifest.kind
      ? []
      : [at('kind', `${manifest.id} is of kind ${existing.kind}; a version cannot change that.`)]),
    ...(existing.latestVersion === manifest.version
      ? [at('version', `${manifest.version} is already published, and a version never changes.`)]
      : []),
  ]
}
