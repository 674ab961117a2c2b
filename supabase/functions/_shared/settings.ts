/** Owns what a function reads from its environment, by the names of hosted projects and of the embedded one. */

export interface FunctionSettings {
  supabaseUrl: string
  /** Any of these opens the function; the first is the one it uses itself. */
  secretKeys: readonly [string, ...string[]]
}

/** What a function needs that does everything in its caller's name: it holds no secret. */
export interface PublicSettings {
  supabaseUrl: string
  publishableKey: string
}

type ReadVariable = (name: string) => string | undefined

/** @throws Error that names the missing setting: a function without a key must not start. */
export function readSettings(read: ReadVariable): FunctionSettings {
  const supabaseUrl = read('SUPABASE_URL')
  if (!supabaseUrl) throw new Error('SUPABASE_URL is not set.')
  // The single name first: the embedded runtime lets a function read the names it was given and no other.
  const single = read('SUPABASE_SECRET_KEY')
  const [first, ...others] = single ? [single] : namedKeys(read('SUPABASE_SECRET_KEYS'))
  const key = first ?? read('SUPABASE_SERVICE_ROLE_KEY')
  if (!key) throw new Error('No secret key is set.')
  return { supabaseUrl, secretKeys: [key, ...others] }
}

/** @throws Error that names the missing setting. */
export function readPublicSettings(read: ReadVariable): PublicSettings {
  const supabaseUrl = read('SUPABASE_URL')
  if (!supabaseUrl) throw new Error('SUPABASE_URL is not set.')
  const single = read('SUPABASE_PUBLISHABLE_KEY')
  const [first] = single ? [single] : namedKeys(read('SUPABASE_PUBLISHABLE_KEYS'))
  const publishableKey = first ?? read('SUPABASE_ANON_KEY')
  if (!publishableKey) throw new Error('No publishable key is set.')
  return { supabaseUrl, publishableKey }
}

/** Hosted projects name their keys in one JSON object, such as `{"default": "sb_secret_…"}`. */
function namedKeys(text: string | undefined): string[] {
  if (!text) return []
  const keys: unknown = JSON.parse(text)
  if (typeof keys !== 'object' || keys === null) return []
  return Object.values(keys).filter((key): key is string => typeof key === 'string' && key !== '')
}
