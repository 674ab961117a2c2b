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
  ] as const)('%s, available %s, in a store that is %s reads %s', (status, isAvailable, store, label) => {
    expect(packageState({ status, isAvailable }, store).label).toBe(label)
  })

  it('calls only what shoppers can see listed', () => {
    expect(packageState({ status: 'approved', isAvailable: true }, 'approved').isListed).toBe(true)
    expect(packageState({ status: 'approved', isAvailable: true }, 'pending').isListed).toBe(false)
    expect(packageState({ status: 'approved', isAvailable: false }, 'approved').isListed).toBe(false)
  })
})
