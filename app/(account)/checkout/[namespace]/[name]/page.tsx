/** Where one package is paid. The address holds nothing but the package: who opens it decides on this page. */
import { Checkout } from '#components/commerce/checkout'
import { TopUpReturn } from '#components/commerce/top-up-return'
import { PageHeader } from '#components/shell/page-header'
import { getPackage } from '#lib/catalog/get-package'
import { getOffer } from '#lib/commerce/get-offer'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { formatHandle, normalizeName } from '#lib/kernel/handle'
import { Problem } from '#lib/kernel/problem'
import { cardTerms } from '#lib/payments/card-terms'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { packageHref } from '../../../../../components/catalog/search-href.ts'

export const metadata: Metadata = { title: 'Checkout' }

export default async function CheckoutPage({
  params,
  searchParams,
}: PageProps<'/checkout/[namespace]/[name]'>) {
  const { namespace, name } = await params
  const handle = formatHandle(normalizeName(namespace), normalizeName(name))
  const user = await requireUser(`/checkout/${handle}`)
  const offer = await readOffer(user, handle)
  if (offer === null) notFound()
  const asked = await searchParams
  const returning = z.uuid().safeParse(asked.card)
  return (
    <>
      <PageHeader
        title="Checkout"
        crumbs={[
          { label: 'Souk', href: '/' },
          { label: offer.name, href: packageHref(handle) },
          { label: 'Checkout' },
        ]}
      />
      {returning.success ? (
        <div className="mb-5 max-w-4xl">
          <TopUpReturn id={returning.data} isCancelled={asked.cancelled === '1'} />
        </div>
      ) : null}
      <Checkout
        served={{ ...offer, buyerId: user.userId }}
        iconUrl={await iconOf(user, handle)}
        cards={cardTerms()}
      />
    </>
  )
}

async function readOffer(user: UserActor, handle: string) {
  try {
    return await getOffer(user, handle)
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null
    throw error
  }
}

/** A picture is no reason to fail. */
async function iconOf(user: UserActor, handle: string): Promise<string | null> {
  return await getPackage(user, handle).then(
    ({ iconUrl }) => iconUrl,
    () => null,
  )
}
