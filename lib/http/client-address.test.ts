import { describe, expect, it } from 'vitest'
import { addressKey, clientAddress, type ProxyHeader, trustedProxies } from './client-address.ts'

const isTrusted = trustedProxies('10.0.0.0/8, 127.0.0.1, fd00::/8')

function seen(
  peer: string | undefined,
  headers: Record<string, string>,
  header: ProxyHeader = 'x-forwarded-for',
): string | null {
  return clientAddress(peer, new Headers(headers), { isTrusted, header })
}

describe('the address of a client', () => {
  it('is the peer, whatever a stranger sends', () => {
    expect(seen('203.0.113.9', { 'x-forwarded-for': '198.51.100.1' })).toBe('203.0.113.9')
    expect(seen('203.0.113.9', { forwarded: 'for=198.51.100.1' }, 'forwarded')).toBe('203.0.113.9')
  })

  it('is whom the outermost of our proxies had before it, not what that one was told', () => {
    const chain = '1.1.1.1, 198.51.100.1, 10.2.3.4'
    expect(seen('127.0.0.1', { 'x-forwarded-for': chain })).toBe('198.51.100.1')
    expect(seen('::ffff:127.0.0.1', { 'x-forwarded-for': chain })).toBe('198.51.100.1')
  })

  it('is read from Forwarded, with ports, quotes and brackets', () => {
    const forwarded = 'for=1.1.1.1, proto=https;for="[2001:db8::7]:4711", for=10.0.0.1'
    expect(seen('fd00::1', { forwarded }, 'forwarded')).toBe('2001:db8::7')
    expect(seen('10.0.0.1', { 'x-forwarded-for': '198.51.100.1:5000' })).toBe('198.51.100.1')
  })

  it('is the last one known where a proxy says nothing that is an address', () => {
    expect(seen('10.0.0.1', { 'x-forwarded-for': '198.51.100.1, unknown' })).toBe('10.0.0.1')
    expect(seen('10.0.0.1', {})).toBe('10.0.0.1')
    expect(seen(undefined, { 'x-forwarded-for': '198.51.100.1' })).toBeNull()
  })

  it('is read from the one header that our proxies write, never from the one that clients may send through them', () => {
    const sent = { 'x-forwarded-for': '1.1.1.1', forwarded: 'for=198.51.100.1' }
    expect(seen('10.0.0.1', sent, 'forwarded')).toBe('198.51.100.1')
    expect(seen('10.0.0.1', sent, 'x-forwarded-for')).toBe('1.1.1.1')
    expect(seen('10.0.0.1', { 'x-forwarded-for': '1.1.1.1' }, 'forwarded')).toBe('10.0.0.1')
    expect(seen('10.0.0.1', { forwarded: 'for=1.1.1.1' }, 'x-forwarded-for')).toBe('10.0.0.1')
  })

  it('believes nobody unless told to', () => {
    expect(
      clientAddress('127.0.0.1', new Headers({ 'x-forwarded-for': '1.1.1.1' }), {
        isTrusted: trustedProxies(''),
        header: 'x-forwarded-for',
      }),
    ).toBe('127.0.0.1')
  })
})

it.each(['10.0.0.0/33', 'proxy', '10.0.0.1/', '10.0.0.1/8/8', 'fd00::/129'])(
  'refuses %s as a proxy',
  (entry) => {
    expect(() => trustedProxies(entry)).toThrow(/TRUSTED_PROXIES/)
  },
)

it('counts IPv6 by its first 64 bits and IPv4 whole', () => {
  expect(addressKey('198.51.100.1')).toBe('198.51.100.1')
  const line = [
    '2001:db8:1:2::',
    '2001:0db8:0001:0002:ffff:1:2:3',
    '2001:db8:1:2:0:0:1.2.3.4',
    '2001:DB8:1:2::9',
  ]
  expect(new Set(line.map(addressKey))).toEqual(new Set(['2001:db8:1:2::/64']))
  expect(addressKey('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
  expect(addressKey('::1')).toBe('0:0:0:0::/64')
  expect(addressKey('2001:db8::5:6:7:8')).toBe('2001:db8:0:0::/64')
})
