/** What stands where the download would be while a paid package has not been bought. It offers only what works. */
import { PriceTag } from '#components/catalog/price-tag'
import { ButtonLink } from '#components/ui/button'
import type { Money } from '#lib/kernel/money'

export function LockedNotice({ price, signInHref }: { price: Money; signInHref: string | null }) {
  return (
    <div className="grid gap-3">
      <PriceTag price={price} size="lg" className="justify-self-start" />
      <p className="text-sm text-muted">
        Buying opens together with wallets, which are not here yet. The page shows everything but the manifest
        itself.
      </p>
      {signInHref ? (
        <ButtonLink href={signInHref} variant="secondary" className="w-full">
          Sign in if it is already yours
        </ButtonLink>
      ) : null}
    </div>
  )
}
