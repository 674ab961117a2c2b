import { VersionDiff } from '#components/catalog/version-diff'
import { PackageFrame } from '#components/market/package-frame'
import { Section } from '#components/market/section'
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { Field } from '#components/ui/field'
import { Select } from '#components/ui/select'
import { compareManifests } from '#lib/catalog/compare-manifests'
import { pageMetadata } from '#lib/catalog/page-metadata'
import type { PackagePage } from '#lib/catalog/schemas'
import { currentActor } from '#lib/http/actor'
import { Problem } from '#lib/kernel/problem'
import { resolveRange } from '#lib/kernel/semver'
import type { Metadata } from 'next'
import { packageHref } from '../../../../../../components/catalog/search-href.ts'
import { answerPage, describePage } from '../../../../answer.tsx'
import { headVersion, loadPackage } from '../load.ts'

type Props = PageProps<'/packages/[namespace]/[name]/diff'>

export function generateMetadata(props: Props): Promise<Metadata> {
  return describePage(() => describe(props))
}

export default function PackageDiff(props: Props) {
  return answerPage(() => render(props))
}

async function describe({ params }: Props): Promise<Metadata> {
  const page = await loadPackage(await params, '/diff')
  return pageMetadata({
    title: `Changes of ${page.name}`,
    description: `What changed between two versions of ${page.handle}.`,
    path: `${packageHref(page.handle)}/diff`,
    isIndexed: false,
  })
}

async function render({ params, searchParams }: Props) {
  const [page, query] = [await loadPackage(await params, '/diff'), await searchParams]
  const to = chosen(page, query.to) ?? headVersion(page)
  const from = chosen(page, query.from) ?? before(page, to)
  return (
    <PackageFrame page={page} current="versions">
      <Section id="diff" title={`From ${from} to ${to}`} className="pt-6">
        <Choice page={page} from={from} to={to} />
        <Changes page={page} from={from} to={to} />
      </Section>
    </PackageFrame>
  )
}

function chosen({ versions }: PackagePage, asked: string | string[] | undefined): string | null {
  return typeof asked === 'string' ? resolveRange(versions, asked) : null
}

/** The version below, or the same when there is none. */
function before({ versions }: PackagePage, version: string): string {
  const place = versions.findIndex((entry) => entry.version === version)
  return versions[place + 1]?.version ?? version
}

async function Changes({ page, from, to }: { page: PackagePage; from: string; to: string }) {
  const compared = await compareManifests(await currentActor(), page.handle, from, to).catch(
    (error: unknown) => {
      if (error instanceof Problem && (error.status === 401 || error.status === 402)) return null
      throw error
    },
  )
  if (!compared)
    return <Alert tone="info">The manifest of this package is shown to those who bought it.</Alert>
  const { hunks, addedCount, removedCount } = compared
  if (hunks.length === 0) return <Alert tone="info">The two manifests are the same.</Alert>
  return (
    <>
      <p className="mb-3 text-sm text-muted">
        {addedCount} {addedCount === 1 ? 'line' : 'lines'} added, {removedCount} removed.
      </p>
      <VersionDiff hunks={hunks} from={from} to={to} />
    </>
  )
}

function Choice({ page, from, to }: { page: PackagePage; from: string; to: string }) {
  const options = page.versions.map(({ version }) => (
    <option key={version} value={version}>
      {version}
    </option>
  ))
  return (
    <form action={`${packageHref(page.handle)}/diff`} className="mb-4 flex flex-wrap items-end gap-3">
      <Field label="From">
        {(control) => (
          <Select {...control} name="from" defaultValue={from}>
            {options}
          </Select>
        )}
      </Field>
      <Field label="To">
        {(control) => (
          <Select {...control} name="to" defaultValue={to}>
            {options}
          </Select>
        )}
      </Field>
      <Button type="submit" variant="secondary">
        Compare
      </Button>
    </form>
  )
}
