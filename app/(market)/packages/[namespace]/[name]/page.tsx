import { FileList } from '#components/catalog/file-list'
import { DeprecationNotice } from '#components/catalog/deprecation-notice'
import { VersionList } from '#components/catalog/version-list'
import { DependencyList } from '#components/market/dependency-list'
import { JsonLdScript } from '#components/market/json-ld'
import { PackageFacts, PackageLabels, SellerCard } from '#components/market/package-facts'
import { PackageFrame } from '#components/market/package-frame'
import { Reviews } from '#components/market/reviews'
import { WriteReview } from '#components/market/write-review'
import { Section } from '#components/market/section'
import { ShelfGrid } from '#components/market/shelf-grid'
import { SpecSection } from '#components/market/spec-section'
import { UsePrices } from '#components/metering/use-prices'
import { Alert } from '#components/ui/alert'
import { Markdown } from '#components/ui/markdown'
import { countView } from '#lib/catalog/count-view'
import { listDependents } from '#lib/catalog/list-dependents'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import { readSpec } from '#lib/catalog/read-spec'
import type { PackagePage, VersionSummary } from '#lib/catalog/schemas'
import { breadcrumbData, packageData } from '#lib/catalog/structured-data'
import { currentActor } from '#lib/http/actor'
import { withNext } from '#lib/identity/rules'
import type { Actor } from '#lib/kernel/actor'
import { resolveRange } from '#lib/kernel/semver'
import { getUnitPrices } from '#lib/metering/get-unit-prices'
import { pricesForEverybody } from '#lib/metering/prices-for-everybody'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import Link from 'next/link'
import { KINDS } from '../../../../../components/catalog/kind.ts'
import { packageHref } from '../../../../../components/catalog/search-href.ts'
import { answerPage, describePage } from '../../../answer.tsx'
import { deleteReviewAction, writeReviewAction } from './actions.ts'
import { headVersion, loadPackage, loadShared, trailOf } from './load.ts'
import { TakeHome } from './take-home.tsx'

const VERSIONS_SHOWN = 5
const DEPENDENTS_SHOWN = 5
type Props = PageProps<'/packages/[namespace]/[name]'>

export function generateMetadata(props: Props): Promise<Metadata> {
  return describePage(() => describe(props))
}

export default function PackageOverview(props: Props) {
  return answerPage(() => render(props))
}

async function describe({ params, searchParams }: Props): Promise<Metadata> {
  const page = await loadPackage(await params, versionSuffix(await searchParams))
  return pageMetadata({
    title: `${page.name} (${KINDS[page.kind].one})`,
    description: page.summary,
    path: packageHref(page.handle),
    isIndexed: page.status === 'approved',
  })
}

async function render({ params, searchParams }: Props) {
  const query = await searchParams
  const page = await loadPackage(await params, versionSuffix(query))
  const actor = await currentActor()
  const asked = typeof query.version === 'string' ? resolveRange(page.versions, query.version) : null
  const shown = asked ?? headVersion(page)
  const version = page.versions.find((entry) => entry.version === shown)
  const shared = await loadShared(page.handle)
  const isSame = shared?.version === shown && (page.price.amount === 0 || actor.kind === 'anonymous')
  const { access, manifest } = isSame ? shared.spec : await readSpec(actor, page, shown)
  if (page.status === 'approved') countView(page.handle, await headers())
  const prices = shared
    ? await pricesForEverybody(page.handle)
    : (await getUnitPrices(actor, page.handle)).items
  const readme = shown === page.latestVersion ? page.readme : (manifest?.metadata.readme ?? page.readme)
  const origin = siteUrl()
  return (
    <PackageFrame page={page} current="overview">
      <JsonLdScript data={packageData(origin, page)} />
      <JsonLdScript data={breadcrumbData(origin, trailOf(page))} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-8 pt-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
        <div className="lg:col-start-2">
          <TakeHome page={page} shown={shown} access={access} manifest={manifest} />
          <UsePrices handle={page.handle} prices={prices} />
        </div>
        <div className="min-w-0 space-y-10 lg:col-start-1 lg:row-span-2 lg:row-start-1">
          <VersionAdvice entry={version} />
          <VersionNotice page={page} shown={shown} asked={asked === null ? query.version : undefined} />
          {readme ? (
            <Section id="about" title="About">
              <Markdown source={readme} topLevel={hasTitle(readme) ? 3 : 2} />
            </Section>
          ) : null}
          {manifest ? <SpecSection manifest={manifest} /> : null}
          <Dependencies dependencies={version?.dependencies ?? {}} />
          {version && version.files.length > 0 ? (
            <Section id="files" title="Files">
              <FileList
                handle={page.handle}
                version={version.version}
                files={version.files}
                canDownload={access !== 'locked'}
              />
            </Section>
          ) : null}
          <Section id="versions" title="Versions" aside={<AllVersions page={page} />}>
            <VersionList
              handle={page.handle}
              versions={page.versions.slice(0, VERSIONS_SHOWN)}
              latestVersion={page.latestVersion}
              canDownload={access !== 'locked'}
            />
          </Section>
          <Dependents page={page} actor={actor} />
          <Section id="reviews" title="Reviews">
            <Reviews rating={page.rating} reviews={page.reviews} />
            <WriteReview
              handle={page.handle}
              isClosed={page.status !== 'approved' || !page.isAvailable}
              signInHref={withNext('/sign-in', `${packageHref(page.handle)}#reviews`)}
              writeAction={writeReviewAction}
              deleteAction={deleteReviewAction}
            />
          </Section>
        </div>
        <aside
          aria-label="Facts"
          className="grid grid-cols-[minmax(0,1fr)] content-start gap-6 lg:col-start-2"
        >
          <SellerCard store={page.store} productType={page.productType} />
          <PackageFacts page={page} />
          <PackageLabels page={page} />
        </aside>
      </div>
      {page.related.length > 0 ? (
        <Section id="related" title={`More in ${page.category.name}`} className="pt-14">
          <ShelfGrid items={page.related} className="lg:grid-cols-3" />
        </Section>
      ) : null}
    </PackageFrame>
  )
}

/** Whether a text uses the first level of headings; without it, the second takes its place under the section's own. */
function hasTitle(markdown: string): boolean {
  return /^# \S/m.test(markdown.replace(/^(```|~~~)[^]*?^\1/gm, ''))
}

function VersionNotice({ page, shown, asked }: { page: PackagePage; shown: string; asked: unknown }) {
  const entry = page.versions.find(({ version }) => version === shown)
  const latest = page.latestVersion ? (
    <Link href={packageHref(page.handle)} className="font-medium underline underline-offset-4">
      See {page.latestVersion}
    </Link>
  ) : (
    'Every version was withdrawn.'
  )
  if (typeof asked === 'string' && asked !== shown) {
    return (
      <Alert tone="warning">
        There is no version {asked.slice(0, 128)}; this is {shown}.
      </Alert>
    )
  }
  if (entry?.yanked) {
    return (
      <Alert tone="warning" title={`Version ${shown} was withdrawn`}>
        {entry.yankReason ? `${entry.yankReason}. ` : ''}It stays downloadable, but nothing resolves to it.{' '}
        {latest}
      </Alert>
    )
  }
  if (shown === page.latestVersion) return null
  return (
    <Alert tone="info">
      You are reading version {shown}. {latest}, the latest.
    </Alert>
  )
}

function VersionAdvice({ entry }: { entry: VersionSummary | undefined }) {
  if (!entry?.deprecation) return null
  return <DeprecationNotice subject={`Version ${entry.version}`} deprecation={entry.deprecation} />
}

function Dependencies({ dependencies }: Pick<VersionSummary, 'dependencies'>) {
  if (Object.keys(dependencies).length === 0) return null
  return (
    <Section id="dependencies" title="Depends on">
      <DependencyList dependencies={dependencies} />
    </Section>
  )
}

async function listAll(actor: Actor, handle: string) {
  const { items, meta } = await listDependents(actor, handle, { limit: DEPENDENTS_SHOWN })
  return { items, total: meta.total }
}

async function Dependents({ page, actor }: { page: PackagePage; actor: Actor }) {
  const shared = await loadShared(page.handle)
  const listed = shared?.dependents ?? (await listAll(actor, page.handle))
  const items = listed.items.slice(0, DEPENDENTS_SHOWN)
  if (items.length === 0) return null
  return (
    <Section id="dependents" title="Used by" aside={<AllDependents page={page} total={listed.total} />}>
      <DependencyList dependencies={Object.fromEntries(items.map(({ handle, range }) => [handle, range]))} />
    </Section>
  )
}

function AllDependents({ page, total }: { page: PackagePage; total: number }) {
  if (total <= DEPENDENTS_SHOWN) return null
  return (
    <Link
      href={`${packageHref(page.handle)}/dependents`}
      prefetch={false}
      className="inline-flex min-h-6 items-center text-sm font-medium text-brand-ink hover:underline"
    >
      All {total} packages
    </Link>
  )
}

function AllVersions({ page }: { page: PackagePage }) {
  if (page.versions.length <= VERSIONS_SHOWN) return null
  return (
    <Link
      href={`${packageHref(page.handle)}/versions`}
      prefetch={false}
      className="inline-flex min-h-6 items-center text-sm font-medium text-brand-ink hover:underline"
    >
      All {page.versions.length} versions
    </Link>
  )
}

function versionSuffix({ version }: Record<string, string | string[] | undefined>): string {
  return typeof version === 'string' ? `?version=${encodeURIComponent(version)}` : ''
}
