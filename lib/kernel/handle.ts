/**
 * Owns the rules for names: what a namespace, a package name, a store slug and a handle may look like.
 * It must not know who owns a name; uniqueness is decided by the database. No schema stands here, so that forms in the
 * browser check names without carrying zod along.
 */
import { nameSkeleton } from './name-skeleton.ts'

export const NAME_MAX_LENGTH = 64
/** The same expression guards the columns in SQL. */
export const NAME_PATTERN = /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/

/** Words that would speak for the operator or collide with a page, so nobody may claim them as a namespace or store. */
const RESERVED = new Set(
  `about abuse account accounts admin administrator all anonymous api app apps assets auth authenticated billing blog
  catalog categories category cdn checkout contact dashboard dev docs download downloads edit explore
  false favicon.ico favorites features graphql health help home index internal invite latest legal library login
  logout mail manifest manifest.webmanifest marketplace me metrics moderator monitoring new null official onboarding
  operator operators orders package packages password payments postmaster pricing privacy private public purchases
  register registries registry reports robots.txt root search security seller sellers service service_role settings
  setup sign-in sign-out sign-up signin signout signup sitemap.xml souk staff static status store stores sudo suggest
  superuser support sw.js system tags team terms test tokens trending true undefined user users verified wallet
  webhook webhooks webmaster well-known www`.split(/\s+/),
)

/** Only of words long enough not to collide with something innocent. */
const RESERVED_SKELETONS = new Map(
  [...RESERVED].filter((word) => word.length >= 4).map((word) => [nameSkeleton(word), word]),
)

export type NameFault =
  'empty' | 'too_long' | 'uppercase' | 'characters' | 'edge' | 'repeated_separator' | 'reserved' | 'shape'
export type NameResult<T> = { ok: true; value: T } | { ok: false; reason: NameFault; message: string }

export interface Handle {
  namespace: string
  name: string
  /** `namespace/name` */
  handle: string
}

/** Checks one name. Capitals are refused, not folded, so that what is published is what was written. */
export function checkName(text: string): NameResult<string> {
  if (text === '') return fault('empty', 'A name is required.')
  if (text.length > NAME_MAX_LENGTH) return fault('too_long', `Use at most ${NAME_MAX_LENGTH} characters.`)
  if (NAME_PATTERN.test(text)) return { ok: true, value: text }
  if (/[A-Z]/.test(text)) return fault('uppercase', 'Use lower-case letters only.')
  if (/[^a-z0-9._-]/.test(text)) {
    return fault('characters', 'Use only the letters a-z, digits, and single "-", "_" or "." between them.')
  }
  if (/^[._-]|[._-]$/.test(text)) return fault('edge', 'Begin and end with a letter or a digit.')
  return fault('repeated_separator', 'Use only one of "-", "_" or "." between letters or digits.')
}

/** Checks a name that someone wants to claim as a namespace or a store slug: reserved words are refused too. */
export function checkClaimableName(text: string): NameResult<string> {
  const result = checkName(text)
  if (!result.ok) return result
  if (isReservedName(result.value)) return fault('reserved', `"${text}" is reserved.`)
  const similar = RESERVED_SKELETONS.get(nameSkeleton(text))
  if (similar === undefined) return result
  return fault('reserved', `"${text}" looks like "${similar}", which is reserved.`)
}

export function isReservedName(name: string): boolean {
  return RESERVED.has(name.toLowerCase())
}

/** Reads `namespace/name` as an author wrote it. */
export function parseHandle(text: string): NameResult<Handle> {
  const [namespace, name, ...rest] = text.split('/')
  if (namespace === undefined || name === undefined || rest.length > 0) {
    return fault('shape', 'Write it as namespace/name.')
  }
  const checkedNamespace = checkName(namespace)
  if (!checkedNamespace.ok) return { ...checkedNamespace, message: `Namespace: ${checkedNamespace.message}` }
  const checkedName = checkName(name)
  if (!checkedName.ok) return { ...checkedName, message: `Name: ${checkedName.message}` }
  return { ok: true, value: { namespace, name, handle: formatHandle(namespace, name) } }
}

export function formatHandle(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

/** Folds what a reader typed or linked to (`Featured/Base`) into the form the database holds. */
export function normalizeName(text: string): string {
  return text.trim().toLowerCase()
}

function fault(reason: NameFault, message: string): { ok: false; reason: NameFault; message: string } {
  return { ok: false, reason, message }
}
