/** One package as those who look after it see it: where it stands, every version, and for its store what it costs. */
import { UnitPriceForm } from '#components/metering/unit-price-form'
import { ActivityCharts } from '#components/publishing/activity-charts'
import { PackageSettings } from '#components/publishing/package-settings'
import { PackageStatus } from '#components/publishing/package-status'
import { PackageVerdict } from '#components/publishing/package-verdict'
import { PackageVersions } from '#components/publishing/package-versions'
import { SeatLimit } from '#components/publishing/seat-limit'
import { PublishRecipe } from '#components/publishing/publish-recipe'
import { PackageDeprecation } from '#components/publishing/package-deprecation'
import { SharedPart } from '#components/publishing/shared-part'
import { SellerFrame } from '#components/publishing/seller-frame'
import { StoreFigures } from '#components/publishing/store-figures'
import { Alert } from '#components/ui/alert'
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { PackageTile } from '#components/ui/tile'
import { getPackage } from '#lib/catalog/get-package'
import { listCategories } from '#lib/catalog/list-categories'
import { getStock } from '#lib/commerce/get-stock'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { formatHandle } from '#lib/kernel/handle'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { getUnitPrices } from '#lib/metering/get-unit-prices'
import { env } from '#lib/platform/env'
import { getPackageStory } from '#lib/publishing/get-package-story'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { submitPackageAction } from '../../../actions.ts'
import { changeVersionAction, deprecatePackageAction } from './actions.ts'

interface PackagePageProps {
  params: Promise<{ namespace: string; name: string }>
  searchParams: Promise<{ published?: string | string[] }>
}

export async function generateMetadata({ params }: PackagePageProps): Promise<Metadata> {
  const { namespace, name } = await params
  return { title: formatHandle(namespace, name) }
}

export default async function SellerPackagePage({ params, searchParams }: PackagePageProps) {
  const [{ namespace, name }, { published }] = await Promise.all([params, searchParams])
  const parsed = lookupHandleSchema.safeParse(formatHandle(namespace, name))
  const user = await requireUser(`/dashboard/packages/${namespace}/${name}`)
  const { store, packages } = await getSellerOverview(user)
  const item = packages.find(({ handle }) => parsed.success && handle === parsed.data)
  if (!item) notFound()
  const [{ versions, capabilities }, categories, story] = await Promise.all([
    getPackage(user, item.handle),
    listCategories(),
    getPackageStory(user, item.handle),
  ])
  return (
    <SellerFrame
      currentHref="/dashboard"
      store={store}
      crumbs={[{ label: 'Overview', href: '/dashboard' }, { label: item.handle }]}
      picture={<PackageTile handle={item.handle} iconUrl={item.iconUrl} size="lg" />}
      title={item.name}
      description={<PackageStatus item={item} withMeaning />}
      actions={
        <>
          <ButtonLink href={`/packages/${item.handle}`} prefetch={false} variant="secondary">
            View page
          </ButtonLink>
          <ButtonLink href={`/dashboard/publish?package=${item.handle}`} prefetch={false}>
            Publish next version
          </ButtonLink>
        </>
      }
    >
      {versions.some(({ version }) => version === published) ? (
        <Alert tone="success" title={`${item.handle} ${String(published)} is published`} className="mb-6" />
      ) : null}
      <PackageVerdict
        handle={item.handle}
        status={item.status}
        decisions={story.decisions}
        isOwn={item.isOwn}
        submitAction={submitPackageAction}
      />
      <div className="grid gap-7 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <div className="min-w-0">
          <StoreFigures packages={[item]} />
          <ActivityCharts days={story.days} withSales={item.isOwn} />
          <h2 className="mt-8 mb-3 font-display text-xl font-semibold">Versions</h2>
          <PackageVersions
            handle={item.handle}
            latest={item.latestVersion}
            versions={versions}
            action={changeVersionAction}
          />
          {versions.length > 1 ? (
            <ButtonLink
              href={`/packages/${item.handle}/diff`}
              prefetch={false}
              variant="link"
              className="mt-3"
            >
              Compare versions
            </ButtonLink>
          ) : null}
        </div>
        <div className="grid min-w-0 content-start gap-7">
          {item.isOwn ? (
            <PackageSettings
              handle={item.handle}
              priceAmount={item.price.amount}
              categorySlug={item.category.slug}
              isAvailable={item.isAvailable}
              categories={categories.map((category) => ({ slug: category.slug, name: category.name }))}
            />
          ) : (
            <SharedPart {...item} />
          )}
          <PackageDeprecation
            key={item.deprecation ? 'deprecated' : 'current'}
            handle={item.handle}
            deprecation={item.deprecation ?? null}
            action={deprecatePackageAction}
          />
          {item.isOwn ? <MoreSelling user={user} handle={item.handle} capabilities={capabilities} /> : null}
          <PublishRecipe origin={new URL(env().SITE_URL).origin} name={name} />
        </div>
      </div>
    </SellerFrame>
  )
}

/** What few packages need: prices by use, and seats. */
async function MoreSelling(props: { user: UserActor; handle: string; capabilities: readonly string[] }) {
  const { user, handle, capabilities } = props
  const [prices, stock] = await Promise.all([getUnitPrices(user, handle), getStock(user, handle)])
  return (
    <>
      <Card>
        <CardHeader>
          <CardTitle>Prices by use</CardTitle>
          <ButtonLink
            href={`/dashboard/usage?package=${handle}`}
            prefetch={false}
            variant="secondary"
            size="sm"
          >
            Its usage
          </ButtonLink>
        </CardHeader>
        <CardBody>
          <UnitPriceForm handle={handle} prices={prices.items} capabilities={capabilities} />
        </CardBody>
      </Card>
      <Card>
        <CardHeader>
          <CardTitle>Limited seats</CardTitle>
        </CardHeader>
        <CardBody>
          <SeatLimit stock={stock} />
        </CardBody>
      </Card>
    </>
  )
}
