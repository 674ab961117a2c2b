import { VersionList } from '#components/catalog/version-list'
import { JsonLdScript } from '#components/market/json-ld'
import { PackageFrame } from '#components/market/package-frame'
import { Section } from '#components/market/section'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import { readSpec } from '#lib/catalog/read-spec'
import { breadcrumbData } from '#lib/catalog/structured-data'
import { currentActor } from '#lib/http/actor'
import type { Metadata } from 'next'
import { packageHref } from '../../../../../../components/catalog/search-href.ts'
import { answerPage, describePage } from '../../../../answer.tsx'
import { headVersion, loadPackage, trailOf } from '../load.ts'

type Props = PageProps<'/packages/[namespace]/[name]/versions'>

export function generateMetadata(props: Props): Promise<Metadata> {
  return describePage(() => describe(props))
}

export default function PackageVersions(props: Props) {
  return answerPage(() => render(props))
}

async function describe({ params }: Props): Promise<Metadata> {
  const page = await loadPackage(await params, '/versions')
  return pageMetadata({
    title: `Versions of ${page.name}`,
    description: `Every version of ${page.handle}, with its date, size and SHA-256. ${page.summary}`,
    path: `${packageHref(page.handle)}/versions`,
    isIndexed: page.status === 'approved',
  })
}

async function render({ params }: Props) {
  const page = await loadPackage(await params, '/versions')
  const { access } = await readSpec(await currentActor(), page, headVersion(page))
  const trail = [...trailOf(page), { name: 'Versions', path: `${packageHref(page.handle)}/versions` }]
  return (
    <PackageFrame page={page} current="versions">
      <JsonLdScript data={breadcrumbData(siteUrl(), trail)} />
      <Section id="versions" title="All versions" className="pt-6">
        <VersionList
          handle={page.handle}
          versions={page.versions}
          latestVersion={page.latestVersion}
          canDownload={access !== 'locked'}
        />
        {page.deletedVersions.length > 0 ? (
          <ul className="mt-4 space-y-1 text-sm text-muted">
            {page.deletedVersions.map(({ version, reason }) => (
              <li key={version}>
                <span className="font-medium tabular">{version}</span> was deleted by an operator: {reason}
              </li>
            ))}
          </ul>
        ) : null}
        <p className="mt-3 text-sm text-muted">
          Versions never change. A yanked one can still be downloaded, but <code>latest</code> and ranges pass
          it by.
        </p>
      </Section>
    </PackageFrame>
  )
}
