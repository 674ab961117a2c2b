/** Owns what statuses and decisions are called and what they look like to operators. Pure. */
import type { BadgeTone } from '#components/ui/badge'
import type { Decision, DecisionAction, PackageDossier, StoreDossier } from '#lib/moderation/schemas'

export type CaseStatus = PackageDossier['status'] | StoreDossier['status']

export const STATUS_WORDS: Record<CaseStatus, { label: string; tone: BadgeTone }> = {
  pending: { label: 'Waiting', tone: 'warning' },
  approved: { label: 'Approved', tone: 'success' },
  rejected: { label: 'Rejected', tone: 'danger' },
  quarantined: { label: 'Quarantined', tone: 'danger' },
  suspended: { label: 'Quarantined', tone: 'danger' },
}

/** What was done last, a decision or a deletion. */
export const DONE_WORDS: Record<Decision['action'] | 'delete', string> = {
  submit: 'Handed in again',
  approve: 'Approved',
  reject: 'Rejected',
  quarantine: 'Put in quarantine',
  release: 'Released',
  delete: 'Deleted for good',
}

interface ActionWords {
  label: string
  /** What it does, asked as a question's explanation. */
  meaning: (isStore: boolean) => string
  needsReason: boolean
}

export const ACTION_WORDS: Record<DecisionAction, ActionWords> = {
  approve: { label: 'Approve', meaning: () => '', needsReason: false },
  reject: {
    label: 'Reject',
    meaning: () => 'Shoppers never see it. The seller reads your reason and can hand in again.',
    needsReason: true,
  },
  quarantine: {
    label: 'Quarantine',
    meaning: (isStore) =>
      isStore
        ? 'The store and everything in it are gone from search, pages, API and downloads at once. The seller cannot publish.'
        : 'It is gone from search, its page, the API and downloads at once, for those who bought it too.',
    needsReason: true,
  },
  release: {
    label: 'Release',
    meaning: () => 'It goes back to where it was before the quarantine.',
    needsReason: false,
  },
}
