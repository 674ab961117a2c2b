'use client'
/**
 * The way to the wallet with what is in it. Asks when its menu is opened: most pages are left without that. On every page,
 * so it carries no cache along.
 */
import { WalletIcon } from '#components/ui/icons'
import { callApi } from '#lib/client/api'
import type { getWalletEndpoint } from '#lib/commerce/endpoints'
import type { Money } from '#lib/kernel/money'
import { formatMoney } from '#lib/kernel/money-text'
import Link from 'next/link'
import { useEffect, useState } from 'react'

export function WalletRow({ className, menuId }: { className: string; menuId: string }) {
  const [available, setAvailable] = useState<Money | null>(null)
  useEffect(() => {
    const menu = document.getElementById(menuId)
    const follow = (event: Event) => {
      if ((event as ToggleEvent).newState !== 'open') return
      callApi<typeof getWalletEndpoint>({ method: 'GET', path: '/api/wallet' }).then(
        (wallet) => setAvailable(wallet.available),
        // Without an answer the row is still the way to the wallet.
        () => setAvailable(null),
      )
    }
    menu?.addEventListener('toggle', follow)
    return () => menu?.removeEventListener('toggle', follow)
  }, [menuId])
  return (
    <Link href="/wallet" prefetch={false} className={className}>
      <WalletIcon className="text-muted" />
      Wallet
      <span className="ml-auto text-xs text-muted tabular">{available ? formatMoney(available) : null}</span>
    </Link>
  )
}
