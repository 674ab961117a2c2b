'use client'
/** Puts a free package into the library: one click, the same path as a purchase, at no price. */
import { Alert } from '#components/ui/alert'
import { Button, ButtonLink } from '#components/ui/button'
import { agree, carryOut, dropIntent } from '#lib/client/purchase-intent'
import { offerQuery } from '#lib/commerce/contract'
import type { Offer } from '#lib/commerce/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { packageHref } from '../catalog/search-href.ts'
import { signInHref } from './commerce-href.ts'
import { sessionIntents } from './session-intents.ts'

export function GetFree({ offer }: { offer: Offer }) {
  const { handle, price, buyerId, isAvailable, seatsLeft } = offer
  const client = useQueryClient()
  const isRunning = useRef(false)
  const [isPending, setPending] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  if (!isAvailable) return null
  if (seatsLeft !== null && seatsLeft <= 0) {
    return (
      <p role="status" className="text-sm font-medium">
        Every seat is taken
      </p>
    )
  }
  if (buyerId === null) {
    return (
      <ButtonLink
        href={signInHref(packageHref(handle))}
        prefetch={false}
        variant="secondary"
        className="w-full"
      >
        Sign in to keep it in your library
      </ButtonLink>
    )
  }

  const get = async (userId: string) => {
    if (isRunning.current) return
    isRunning.current = true
    setPending(true)
    setTrouble(null)
    const intent = agree(sessionIntents, { handle, userId, payWith: 'wallet' }, price)
    const outcome = await carryOut(intent)
    const isOver = outcome.kind === 'bought' || outcome.kind === 'refused'
    if (isOver) dropIntent(sessionIntents, intent)
    if (outcome.kind !== 'bought' && !(outcome.kind === 'refused' && outcome.code === 'already_owned')) {
      setTrouble(outcome.detail)
    }
    await client.invalidateQueries({ queryKey: offerQuery(handle).queryKey })
    isRunning.current = false
    setPending(false)
  }
  return (
    <>
      <Button
        variant="secondary"
        className="w-full"
        aria-disabled={isPending}
        onClick={() => void get(buyerId)}
      >
        {isPending ? 'Adding…' : 'Get: add to your library'}
      </Button>
      {trouble ? <Alert tone="danger">{trouble}</Alert> : null}
    </>
  )
}
