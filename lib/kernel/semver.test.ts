import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareVersions,
  isPrerelease,
  isRange,
  latestOf,
  parseVersion,
  rangeBounds,
  rangeSchema,
  resolveRange,
  sortKey,
  versionSchema,
} from './semver.ts'
import { NOT_VERSIONS, ORDERED_VERSIONS, RANGE_CASES } from './semver-cases.ts'

const number = fc.oneof(fc.nat(12), fc.nat(), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER))
const word = fc
  .stringMatching(/^[0-9A-Za-z-]{1,6}$/)
  .filter((text) => !/^\d+$/.test(text) || /^(0|[1-9]\d*)$/.test(text))
const identifier = fc.oneof(
  number.map(String),
  word,
  fc.constantFrom('alpha', 'beta', 'rc', '-', '--', 'a-', 'A', 'a0'),
)
const buildPart = fc.stringMatching(/^[0-9A-Za-z-]{1,4}$/)
const version = fc
  .record({
    core: fc.tuple(number, number, number),
    prerelease: fc.array(identifier, { maxLength: 4 }),
    build: fc.array(buildPart, { maxLength: 2 }),
  })
  .map(({ core, prerelease, build }) => {
    const stage = prerelease.length > 0 ? `-${prerelease.join('.')}` : ''
    return `${core.join('.')}${stage}${build.length > 0 ? `+${build.join('.')}` : ''}`
  })
  .filter((text) => text.length <= 128)
/** Pairs that share most of their text, where ordering mistakes hide. */
const neighbours = fc.tuple(
  fc.constantFrom('1.0.0', '1.0.9', '1.0.10', '10.0.0', '9.0.0'),
  fc.array(identifier, { maxLength: 3 }),
  fc.array(identifier, { maxLength: 3 }),
  fc.constantFrom('', '+b', '+a', '+0'),
  fc.constantFrom('', '+b', '+a.1'),
)

const byteOrder = (left: string, right: string) =>
  Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)))
const published = (...versions: string[]) =>
  versions.map((text) => ({ version: text.replace('!', ''), yanked: text.endsWith('!') }))

describe('parseVersion', () => {
  it.each([
    '0.0.0',
    '1.2.3',
    '0.0.1-seed',
    '1.0.0-alpha.1',
    '1.0.0+build.5',
    '1.0.0--',
    '1.0.0-0a',
    '9007199254740991.0.0',
  ])('accepts %s', (text) => {
    expect(parseVersion(text)?.text).toBe(text)
    expect(versionSchema.parse(text)).toBe(text)
  })

  it.each(NOT_VERSIONS)('refuses %j', (text) => {
    expect(parseVersion(text)).toBeNull()
    expect(versionSchema.safeParse(text).success).toBe(false)
  })

  it('tells prereleases from releases', () => {
    expect(isPrerelease('0.0.1-seed')).toBe(true)
    expect(isPrerelease('1.0.0+a-b')).toBe(false)
  })
})

describe('compareVersions', () => {
  it('orders the table of cases', () => {
    expect(ORDERED_VERSIONS.toReversed().sort(compareVersions)).toEqual(ORDERED_VERSIONS)
  })

  it('is a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0)
        if (compareVersions(a, b) === 0) expect(a).toBe(b)
        const [low = '', mid = '', high = ''] = [a, b, c].sort(compareVersions)
        expect(compareVersions(low, high)).toBeLessThanOrEqual(0)
        expect(compareVersions(low, mid)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('sortKey', () => {
  it('has the byte order of compareVersions for any two versions', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(byteOrder(sortKey(a), sortKey(b))).toBe(Math.sign(compareVersions(a, b)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('has the byte order of compareVersions for versions that share most of their text', () => {
    fc.assert(
      fc.property(neighbours, ([core, one, two, buildOne, buildTwo]) => {
        const join = (parts: string[], build: string) =>
          `${core}${parts.length > 0 ? '-' : ''}${parts.join('.')}${build}`
        const [a, b] = [join(one, buildOne), join(two, buildTwo)]
        expect(byteOrder(sortKey(a), sortKey(b))).toBe(Math.sign(compareVersions(a, b)))
      }),
      { numRuns: 5_000 },
    )
  })

  it('refuses what is not a version', () => {
    expect(() => sortKey('v1.0.0')).toThrow(TypeError)
  })
})

describe('latestOf', () => {
  it('prefers the highest release that is not yanked', () => {
    expect(latestOf(published('1.0.0', '2.0.0!', '1.10.0', '1.9.0', '3.0.0-beta.1'))).toBe('1.10.0')
  })

  it('falls back to the highest prerelease only when there is no release', () => {
    expect(latestOf(published('0.0.1-seed'))).toBe('0.0.1-seed')
    expect(latestOf(published('1.0.0-rc.1', '1.0.0-rc.10', '1.0.0!'))).toBe('1.0.0-rc.10')
  })

  it('is nothing when all is yanked', () => {
    expect(latestOf(published('1.0.0!'))).toBeNull()
    expect(latestOf([])).toBeNull()
  })
})

describe('resolveRange', () => {
  const versions = published('1.0.0', '2.0.0')

  it.each(RANGE_CASES)('resolves $range among $versions to $expected', ({ versions, range, expected }) => {
    expect(resolveRange(published(...versions.split(' ')), range)).toBe(expected)
  })

  it('finds nothing for what is not a range', () => {
    for (const text of ['', 'newest', '^', '1.0.0 nonsense', '<0.0.1'])
      expect(resolveRange(versions, text)).toBeNull()
  })

  it('always satisfies the property that every result was published and not yanked', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ version, yanked: fc.boolean() })), (list) => {
        const found = resolveRange(list, '>=0.0.0')
        if (found !== null) expect(list).toContainEqual({ version: found, yanked: false })
      }),
    )
  })
})

describe('rangeBounds', () => {
  it('reads every range that a dependency may state, and refuses what is none', () => {
    for (const { range } of RANGE_CASES) expect(() => rangeBounds(range)).not.toThrow()
    for (const text of ['', 'newest', '^', '1.0.0 nonsense'])
      expect(() => rangeBounds(text)).toThrow(TypeError)
    expect(rangeBounds('^1.2 || =3.0.0')).toEqual([
      [
        ['>=', sortKey('1.2.0')],
        ['<', sortKey('2.0.0-0')],
      ],
      [['=', sortKey('3.0.0')]],
    ])
  })
})

describe('isRange', () => {
  it('accepts what npm accepts and refuses empty, tags and over-long text', () => {
    expect(rangeSchema.safeParse('^1.0.0 || ^2.0.0').success).toBe(true)
    for (const text of ['', ' ', 'latest', 'git+https://x', '1.0.0 '.repeat(60)])
      expect(isRange(text)).toBe(false)
  })
})
