import process from 'node:process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimableNameSchema, handleSchema, lookupHandleSchema } from './handle-schema.ts'
import { checkClaimableName, checkName, NAME_PATTERN, parseHandle } from './handle.ts'

describe('names', () => {
  it.each(['a', '0', 'base', 'mcp-server', 'llm-context.py', 'mcp_code_executor', 'a-b_c.d', 'x'.repeat(64)])(
    'accepts %s',
    (name) => {
      expect(checkName(name)).toEqual({ ok: true, value: name })
    },
  )

  it.each([
    ['', 'empty'],
    ['x'.repeat(65), 'too_long'],
    ['Base', 'uppercase'],
    ['base package', 'characters'],
    ['café', 'characters'],
    ['аdmin', 'characters'],
    ['a/b', 'characters'],
    ['..', 'edge'],
    ['-a', 'edge'],
    ['a.', 'edge'],
    ['a--b', 'repeated_separator'],
    ['a.-b', 'repeated_separator'],
    ['a\n', 'characters'],
  ])('refuses %j because it is %s', (name, reason) => {
    expect(checkName(name)).toMatchObject({ ok: false, reason })
  })

  it('takes exponential time on no input', () => {
    const started = process.cpuUsage()
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => typeof checkName(text).ok === 'boolean'))
    NAME_PATTERN.test(`${'a-'.repeat(50_000)}!`)
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000)
  })

  it.each(['admin', 'api', 'souk', 'official', 'support', 'settings', 'dashboard', 'operator'])(
    'lets nobody claim %s',
    (name) => {
      expect(checkClaimableName(name)).toMatchObject({ ok: false, reason: 'reserved' })
      expect(claimableNameSchema.safeParse(name).success).toBe(false)
    },
  )

  it.each(['adm1n', 's0uk', 'sec-urity', 'sett1ngs', '0perator', 'adrnin'])(
    'lets nobody claim %s, which looks reserved',
    (name) => {
      expect(checkClaimableName(name)).toMatchObject({ ok: false, reason: 'reserved' })
    },
  )

  it('leaves the seeded namespaces claimable', () => {
    for (const name of ['house', 'souk-house', 'demo', 'featured'])
      expect(checkClaimableName(name).ok).toBe(true)
  })
})

describe('handles', () => {
  it('splits into namespace and name', () => {
    expect(parseHandle('featured/base')).toEqual({
      ok: true,
      value: { namespace: 'featured', name: 'base', handle: 'featured/base' },
    })
  })

  it.each(['', 'base', 'a/b/c', '/b', 'a/', 'a//b', 'a /b', 'A/b', '../etc'])('refuses %j', (text) => {
    expect(parseHandle(text).ok).toBe(false)
    expect(handleSchema.safeParse(text).success).toBe(false)
  })

  it('refuses capitals from authors and folds them for readers', () => {
    expect(handleSchema.safeParse('Featured/Base').success).toBe(false)
    expect(lookupHandleSchema.parse(' Featured/Base ')).toBe('featured/base')
    expect(lookupHandleSchema.safeParse('no handle').success).toBe(false)
  })
})
