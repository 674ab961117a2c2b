import { describe, expect, it } from 'vitest'
import { readStartSettings, SettingsError } from './settings.ts'

const hosted = {
  SUPABASE_URL: 'https://abc.supabase.co',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
  SUPABASE_SECRET_KEY: 'sb_secret_x',
  DATABASE_URL: 'postgresql://u:p@db.example.test:5432/postgres',
}

describe('readStartSettings', () => {
  it('starts the embedded stack when no hosted project is named, empty values included', () => {
    expect(readStartSettings({}).mode).toBe('embedded')
    expect(readStartSettings({ SUPABASE_URL: '', DATABASE_URL: '' }).mode).toBe('embedded')
  })

  it('uses a hosted project when all of it is named', () => {
    expect(readStartSettings(hosted)).toMatchObject({ mode: 'hosted', hosted })
  })

  it.each(Object.keys(hosted))('refuses a hosted project without %s and names it', (name) => {
    expect(() => readStartSettings({ ...hosted, [name]: undefined })).toThrow(
      new RegExp(`Missing: ${name}\\.`),
    )
  })

  it.each(['0', '65536', '3000.5', 'web', '-1'])('refuses %s as a port', (PORT) => {
    expect(() => readStartSettings({ PORT })).toThrow(SettingsError)
  })

  it('refuses addresses that are none', () => {
    expect(() => readStartSettings({ ...hosted, SUPABASE_URL: 'abc' })).toThrow(/SUPABASE_URL is not a URL/)
    expect(() => readStartSettings({ SITE_URL: 'here' })).toThrow(/SITE_URL is not a URL/)
  })
})
