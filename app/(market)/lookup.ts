/** How pages find what their address names: folded to lower case, and a true 404 when there is no such thing. */
import { notFound, permanentRedirect } from 'next/navigation'
import { checkName, normalizeName } from '#lib/kernel/handle'
import { Problem } from '#lib/kernel/problem'

/** Runs a verb; its `not_found` becomes the page's. Everything else goes on to the error page. */
export async function orNotFound<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') notFound()
    throw error
  }
}

/** The name in the form the database holds, or 404 without asking it when nothing can be called so. */
export function foldedName(segment: string): string {
  const name = normalizeName(decoded(segment))
  if (!checkName(name).ok) notFound()
  return name
}

/** As `foldedName`; an address with capitals moves for good to the one without. */
export function foldedSlug(segment: string, parent: string): string {
  const slug = foldedName(segment)
  if (slug !== segment) permanentRedirect(`${parent}/${slug}`)
  return slug
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    notFound()
  }
}
