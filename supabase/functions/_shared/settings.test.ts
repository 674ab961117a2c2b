import { readPublicSettings, readSettings } from './settings.ts'
import { assert, assertEquals } from './testing.ts'

const read = (values: Record<string, string>) => readSettings((name) => values[name])
const SUPABASE_URL = 'http://127.0.0.1:54321'

Deno.test('the embedded key is used without looking for others', () => {
  const asked: string[] = []
  readSettings((name) => {
    asked.push(name)
    return name === 'SUPABASE_URL' ? SUPABASE_URL : name === 'SUPABASE_SECRET_KEY' ? 'one' : undefined
  })
  assertEquals(asked, ['SUPABASE_URL', 'SUPABASE_SECRET_KEY'])
})

Deno.test('every named key of a hosted project opens, so that one can be replaced', () => {
  const { secretKeys } = read({
    SUPABASE_URL,
    SUPABASE_SECRET_KEYS: '{"default":"a","next":"b","odd":1,"empty":""}',
  })
  assertEquals(secretKeys, ['a', 'b'])
})

Deno.test('an older project gives its service role key', () => {
  assertEquals(read({ SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY: 'old' }).secretKeys, ['old'])
})

Deno.test('a function without address or key does not start', () => {
  for (const values of [
    {},
    { SUPABASE_URL },
    { SUPABASE_URL, SUPABASE_SECRET_KEYS: '{}' },
    { SUPABASE_SECRET_KEY: 'a' },
  ]) {
    let failure: unknown
    try {
      read(values as Record<string, string>)
    } catch (error) {
      failure = error
    }
    assert(failure instanceof Error, `started with ${JSON.stringify(values)}`)
  }
})

Deno.test('a function without a secret finds the key that everybody may know, by each of its names', () => {
  const found = [
    { SUPABASE_PUBLISHABLE_KEY: 'one', SUPABASE_ANON_KEY: 'old' },
    { SUPABASE_PUBLISHABLE_KEYS: '{"default":"a","next":"b"}' },
    { SUPABASE_ANON_KEY: 'old' },
  ].map((values) => {
    const all: Record<string, string | undefined> = { SUPABASE_URL, ...values }
    return readPublicSettings((name) => all[name]).publishableKey
  })
  assertEquals(found, ['one', 'a', 'old'])
  let failure: unknown
  try {
    readPublicSettings((name) => (name === 'SUPABASE_URL' ? SUPABASE_URL : undefined))
  } catch (error) {
    failure = error
  }
  assert(failure instanceof Error, 'it was to refuse')
})
