import { describe, expect, it } from 'vitest'
import { packageState } from './package-state.ts'

describe('packageState', () => {
  it.each([
    ['approved', true, 'approved', 'Approved'],
    ['approved', false, 'approved', 'Unavailable'],
    ['pending', true, 'approved', 'Pending'],
    ['approved', true, 'pending', 'Pending'],
    ['approved', true, 'suspended', 'Store suspended'],
    ['rejected', true, 'pending', 'Rejected'],
    ['quarantined', false, 'approved', 'Quarantined'],
  ] as const)(
    '%s, available %s, in a store that is %s reads %s',
    (status, isAvailable, storeStatus, label) => {
      expect(packageState({ status, isAvailable, storeStatus, isOwn: true }).label).toBe(label)
    },
  )

  it('calls only what shoppers can see listed', () => {
    const isListed = (isAvailable: boolean, storeStatus: 'approved' | 'pending') =>
      packageState({ status: 'approved', isAvailable, storeStatus, isOwn: true }).isListed
    expect(isListed(true, 'approved')).toBe(true)
    expect(isListed(true, 'pending')).toBe(false)
    expect(isListed(false, 'approved')).toBe(false)
  })

  it('does not tell those who look after another store’s package that they took it off the shelf', () => {
    const standing = { status: 'approved', isAvailable: false, storeStatus: 'approved' } as const
    expect(packageState({ ...standing, isOwn: false }).meaning).toBe('Its store took it off the shelf.')
  })
})
