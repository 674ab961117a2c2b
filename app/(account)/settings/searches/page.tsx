import { SettingsNav } from '#components/identity/settings-nav'
import { SearchHistoryList } from '#components/search/search-history-list'
import { SearchHistorySwitch } from '#components/search/search-history-switch'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { requireUser } from '#lib/identity/require-user'
import { listSearchHistory } from '#lib/search/list-search-history'
import type { Metadata } from 'next'
import { forgetSearchesAction, keepSearchHistoryAction } from './actions.ts'

export const metadata: Metadata = { title: 'Searches' }

export default async function SearchesPage() {
  const user = await requireUser('/settings/searches')
  const { items, meta } = await listSearchHistory(user)
  return (
    <>
      <SettingsNav currentHref="/settings/searches" />
      <div className="grid max-w-2xl gap-5">
        <Card>
          <CardHeader>
            <CardTitle>Search history</CardTitle>
          </CardHeader>
          <CardBody>
            <SearchHistorySwitch isKept={meta.isKept} action={keepSearchHistoryAction} />
          </CardBody>
        </Card>
        <SearchHistoryList items={items} isKept={meta.isKept} forgetAction={forgetSearchesAction} />
      </div>
    </>
  )
}
