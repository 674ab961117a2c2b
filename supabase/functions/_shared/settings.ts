/** Owns what a function reads from its environment, by the names of hosted projects and of the embedded one. */

export interface FunctionSettings {
  supabaseUrl: string
  /** Any of these opens the function; the first is the one it uses itself. */
  secretKeys: readonly [string, ...string[]]
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

/** Hosted projects name their secret keys in one JSON object, such as `{"default": "sb_secret_…"}`. */
function namedKeys(text: string | undefined): string[] {
  if (!text) return []
  const keys: unknown = JSON.parse(text)
  if (typeof keys !== 'object' || keys === null) return []
  return Object.values(keys).filter((key): key is string => typeof key === 'string' && key !== '')
}
