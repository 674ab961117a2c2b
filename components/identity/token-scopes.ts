/** What each scope of an API token means, in the words of the settings page. */
import type { TokenScope } from '#lib/kernel/actor'

export const TOKEN_SCOPES: Record<TokenScope, { label: string; hint: string }> = {
  'publish:new': { label: 'Publish new packages', hint: 'Give a package its first version.' },
  'publish:update': { label: 'Publish new versions', hint: 'Add versions to packages that exist.' },
  yank: { label: 'Yank and restore versions', hint: 'Stop a version from being chosen as the latest.' },
  'usage:write': {
    label: 'Report usage',
    hint: 'What buyers used of your packages, for services that charge by use.',
  },
  purchase: {
    label: 'Buy',
    hint: 'Spend your credits, set budgets, and report problems with what you bought.',
  },
  sell: {
    label: 'Sell',
    hint: 'Prices, availability and seats, orders and refunds, answers to disputes; in the namespaces below.',
  },
  read: { label: 'Read', hint: 'Your purchases, your paid downloads, your own lists. Changes nothing.' },
}
