/** One table of cases for versions, read by the tests of `semver.ts` and of its counterpart in SQL. Holds no behaviour. */

/** Lowest first; from semver.org and from where implementations have gone wrong. */
export const ORDERED_VERSIONS =
  '0.0.0-0 0.0.0 0.0.1-seed 0.0.1 0.9.10 0.10.0 1.0.0-0 1.0.0-2 1.0.0-11 1.0.0-9007199254740991 1.0.0-- 1.0.0--- 1.0.0-0a 1.0.0-A 1.0.0-A.0 1.0.0-Z 1.0.0-a 1.0.0-a- 1.0.0-a0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-alpha0 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.0+0 1.0.0+build.1 1.0.9 1.0.10 1.2.0 9.0.0 10.0.0 9007199254740991.0.0-a 9007199254740991.0.0'.split(
    ' ',
  )

export const NOT_VERSIONS = [
  '',
  '1',
  '1.2',
  'v1.2.3',
  '=1.2.3',
  ' 1.2.3',
  '1.2.3 ',
  '1.2.3\n',
  '01.2.3',
  '1.2.3-01',
  '1.2.3-',
  '1.2.3-a..b',
  '1.2.3+',
  '1.2.3+a+b',
  '9007199254740992.0.0',
  '1.0.0-9007199254740992',
  `1.0.0-${'a'.repeat(128)}`,
  'latest',
  '١.٢.٣',
]

/** A `!` marks a yanked version. */
export const RANGE_CASES: readonly { versions: string; range: string; expected: string | null }[] = [
  ...casesOf('1.0.0 1.2.0 1.3.0! 2.0.0-rc.1 2.0.0', {
    latest: '2.0.0',
    '*': '2.0.0',
    x: '2.0.0',
    '^1': '1.2.0',
    '^1.0.0': '1.2.0',
    '~1.0.0': '1.0.0',
    '1.x': '1.2.0',
    '1': '1.2.0',
    '>=1 <3': '2.0.0',
    '>=1.0.0 <2.0.0': '1.2.0',
    '1.0.0 - 1.2.0': '1.2.0',
    '>=2.0.0-rc.1': '2.0.0',
    '2.0.0-rc.1': '2.0.0-rc.1',
    '>1.2.0 <2.0.0': null,
    '~1.3.0': null,
    '=1.3.0': null,
    '1.3.0': '1.3.0',
    '^3 || ^1': '1.2.0',
    '^9.0.0': null,
    '<0.0.1': null,
  }),
  ...casesOf('1.0.0-alpha.1 1.0.0-beta.1 1.1.0-alpha.1', {
    latest: '1.1.0-alpha.1',
    '*': '1.1.0-alpha.1',
    '^1.0.0': null,
    '>=1.0.0-alpha.1': '1.0.0-beta.1',
    '<1.0.0': null,
  }),
  ...casesOf('0.1.0 0.1.9 0.2.0 0.0.3 0.0.4', {
    '^0.1.0': '0.1.9',
    '^0.0.3': '0.0.3',
    '~0.1': '0.1.9',
    '^0': '0.2.0',
  }),
  ...casesOf('1.0.0 1.0.0+a 1.0.0+b', {
    '1.0.0': '1.0.0',
    '1.0.0+a': '1.0.0+a',
    '1.0.0+c': null,
    '=1.0.0': '1.0.0+b',
    '<=1.0.0': '1.0.0+b',
    '>1.0.0': null,
  }),
  ...casesOf('1.0.0! 2.0.0-beta.1!', { latest: null, '*': null, '^1': null, '1.0.0': '1.0.0' }),
]

function casesOf(versions: string, expectations: Record<string, string | null>) {
  return Object.entries(expectations).map(([range, expected]) => ({ versions, range, expected }))
}
