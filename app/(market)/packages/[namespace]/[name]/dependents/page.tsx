import { PackageFrame } from '#components/market/package-frame'
import { Section } from '#components/market/section'
import { ShelfGrid } from '#components/market/shelf-grid'
import { ButtonLink } from '#components/ui/button'
import { listDependents } from '#lib/catalog/list-dependents'
import { pageMetadata } from '#lib/catalog/page-metadata'
import { currentActor } from '#lib/http/actor'
import type { Metadata } from 'next'
import { packageHref } from '../../../../../../components/catalog/search-href.ts'
import { answerPage, describePage } from '../../../../answer.tsx'
import { loadPackage } from '../load.ts'

const PAGE_SIZE = 24

type Props = PageProps<'/packages/[namespace]/[name]/dependents'>

export function generateMetadata(props: Props): Promise<Metadata> {
  return describePage(() => describe(props))
}

export default function PackageDependents(props: Props) {
  return answerPage(() => render(props))
}

async function describe({ params }: Props): Promise<Metadata> {
  const page = await loadPackage(await params, '/dependents')
  return pageMetadata({
    title: `What needs ${page.name}`,
    description: `Packages that depend on ${page.handle}.`,
    path: `${packageHref(page.handle)}/dependents`,
    isIndexed: false,
  })
}

async function render({ params, searchParams }: Props) {
  const [page, query] = [await loadPackage(await params, '/dependents'), await searchParams]
  const cursor = typeof query.cursor === 'string' ? query.cursor : undefined
  const { items, meta } = await listDependents(await currentActor(), page.handle, {
    limit: PAGE_SIZE,
    cursor,
  })
  const href = `${packageHref(page.handle)}/dependents`
  return (
    <PackageFrame page={page} current="overview">
      <Section id="dependents" title={`Used by ${meta.total}`} className="pt-6">
        {items.length > 0 ? (
          <ShelfGrid items={items} className="lg:grid-cols-3" />
        ) : (
          <p className="text-sm text-muted">No package on the shelf needs it.</p>
        )}
        <div className="mt-6 flex gap-3">
          {cursor ? (
            <ButtonLink href={href} variant="secondary" prefetch={false}>
              First page
            </ButtonLink>
          ) : null}
          {meta.nextCursor ? (
            <ButtonLink href={`${href}?cursor=${meta.nextCursor}`} variant="secondary" prefetch={false}>
              Next page
            </ButtonLink>
          ) : null}
        </div>
      </Section>
    </PackageFrame>
  )
}
