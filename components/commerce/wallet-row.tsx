'use client'
/** The way to the wallet with what is in it. Asks only once its menu is opened: most pages are left without that. */
import { WalletIcon } from '#components/ui/icons'
import { queryClient } from '#lib/client/query-client'
import { walletQuery } from '#lib/commerce/contract'
import { formatMoney } from '#lib/kernel/money-text'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useEffect, useState } from 'react'

export function WalletRow({ className, menuId }: { className: string; menuId: string }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const menu = document.getElementById(menuId)
    const follow = (event: Event) => setOpen((event as ToggleEvent).newState === 'open')
    menu?.addEventListener('toggle', follow)
    return () => menu?.removeEventListener('toggle', follow)
  }, [menuId])
  const { data: wallet } = useQuery({ ...walletQuery(), enabled: isOpen }, queryClient())
  return (
    <Link href="/wallet" prefetch={false} className={className}>
      <WalletIcon className="text-muted" />
      Wallet
      <span className="ml-auto text-xs text-muted tabular">
        {wallet ? formatMoney(wallet.available) : null}
      </span>
    </Link>
  )
}
