import { describe, expect, it } from 'vitest'
import { disputeStatus, subjectOf } from './rules.ts'

describe('a dispute', () => {
  it.each([
    ['needs_response', 'open'],
    ['under_review', 'open'],
    ['won', 'won'],
    ['lost', 'lost'],
    ['warning_needs_response', null],
    ['warning_closed', null],
    ['prevented', null],
  ])('that is "%s" at Stripe is %s to us', (status, ours) => {
    expect(disputeStatus(status)).toBe(ours)
  })
})

describe('an event', () => {
  it.each([
    ['checkout.session.completed', { id: 'cs_1' }, { kind: 'session', id: 'cs_1' }],
    ['payment_intent.succeeded', { id: 'pi_1' }, { kind: 'payment', id: 'pi_1' }],
    ['charge.refunded', { id: 'ch_1', payment_intent: 'pi_1' }, { kind: 'payment', id: 'pi_1' }],
    ['charge.dispute.created', { payment_intent: { id: 'pi_1' } }, { kind: 'payment', id: 'pi_1' }],
    ['refund.updated', { payment_intent: null }, { kind: 'nothing' }],
    ['refund.failed', { payment_intent: 'pi_1' }, { kind: 'payment', id: 'pi_1' }],
    ['transfer.reversed', { id: 'tr_1' }, { kind: 'transfer', id: 'tr_1' }],
    ['account.updated', { id: 'acct_1' }, { kind: 'account', id: 'acct_1' }],
    ['capability.updated', { id: 'transfers', account: 'acct_1' }, { kind: 'account', id: 'acct_1' }],
    ['customer.created', { id: 'cus_1' }, { kind: 'nothing' }],
    ['checkout.session.completed', {}, { kind: 'nothing' }],
  ])('%s of %j points at %j', (type, object, expected) => {
    expect(subjectOf(type, object)).toEqual(expected)
  })
})
