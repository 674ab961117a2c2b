/**
 * Owns from which address a request comes. Headers say it only as far as proxies of ours wrote them: everybody can send
 * such a header.
 */
import 'server-only'
import { BlockList, isIP, isIPv4 } from 'node:net'

/** Whether an address is a proxy of ours. */
export type TrustedProxies = (address: string) => boolean

/**
 * @param list addresses and networks (`10.0.0.0/8`, `fd00::/8`), separated by commas.
 * @throws Error that names what is neither.
 */
export function trustedProxies(list: string): TrustedProxies {
  const networks = new BlockList()
  for (const entry of list.split(',').map((each) => each.trim())) {
    if (entry === '') continue
    const [address = '', prefix, ...rest] = entry.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? null : Number(prefix)
    const isWhole = bits === null || (/^\d+$/.test(prefix ?? '') && bits <= (family === 4 ? 32 : 128))
    if (family === 0 || !isWhole || rest.length > 0) {
      throw new Error(`TRUSTED_PROXIES: ${entry} is neither an address nor a network`)
    }
    const type = family === 4 ? 'ipv4' : 'ipv6'
    if (bits === null) networks.addAddress(address, type)
    else networks.addSubnet(address, bits, type)
  }
  return (address) => isIP(address) !== 0 && networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** By which header proxies of ours say whom they had before them. What a client sends in the other one passes through. */
export type ProxyHeader = 'x-forwarded-for' | 'forwarded'

export interface Proxies {
  isTrusted: TrustedProxies
  header: ProxyHeader
}

/** @param peer who is at the other end of the connection. */
export function clientAddress(
  peer: string | undefined,
  headers: Pick<Headers, 'get'>,
  { isTrusted, header }: Proxies,
): string | null {
  let client = bare(peer ?? '')
  if (client === null || !isTrusted(client)) return client
  // Each proxy adds whom it had before it: from the right as long as those who said so are ours.
  for (const said of hops(headers.get(header) ?? '', header).toReversed()) {
    const hop = bare(said)
    if (hop === null) break
    client = hop
    if (!isTrusted(hop)) break
  }
  return client
}

/** One name for all addresses that one line is given: of IPv6 the first 64 bits. */
export function addressKey(address: string): string {
  if (isIPv4(address)) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    // An address may end in the form of IPv4, in the place of two groups.
    const afterCount = after.length + (tail.includes('.') ? 1 : 0)
    while (groups.length + afterCount < 8) groups.push('0')
    groups.push(...after)
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}

function hops(value: string, header: ProxyHeader): string[] {
  const chain = value === '' ? [] : value.split(',')
  if (header === 'x-forwarded-for') return chain
  return chain.map((hop) => /(?:^|;)\s*for=("[^"]*"|[^;\s]*)/i.exec(hop)?.[1] ?? '')
}

/** Without port, brackets, zone and the IPv6 clothes of an IPv4 address. `null`: no address. */
function bare(text: string): string | null {
  const unquoted = text.trim().replaceAll('"', '')
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(unquoted) ?? []
  const [, withPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(unquoted) ?? []
  const address = (bracketed ?? withPort ?? unquoted).replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? null : address
}
