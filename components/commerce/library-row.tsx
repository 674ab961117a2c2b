/** One package of the library: what it is, whether there is a newer version, its versions and the line to fetch it. */
import { Badge } from '#components/ui/badge'
import { buttonClass } from '#components/ui/button'
import { Day } from '#components/ui/date-time'
import { DownloadIcon } from '#components/ui/frame-icons'
import { ChevronDownIcon } from '#components/ui/icons'
import { PackageTile } from '#components/ui/tile'
import type { LibraryItem } from '#lib/commerce/schemas'
import Link from 'next/link'
import { CommandLine, downloadCommand, downloadPathOf } from '../catalog/install-panel.tsx'
import { packageHref } from '../catalog/search-href.ts'
import { orderHref } from './commerce-href.ts'

const SOURCES = { free: 'Got', purchase: 'Bought', grant: 'Given' }

export interface LibraryRowProps {
  item: LibraryItem
  origin: string
  /** Whether it charges by use. */
  isMetered: boolean
}

export function LibraryRow({ item, origin, isMetered }: LibraryRowProps) {
  const { source, orderId, grantedAt, version, hasUpdate } = item
  const { handle, name, iconUrl, latestVersion, price } = item.package
  // When every version was withdrawn nothing resolves any more, and the newest is still theirs to download.
  const newest = latestVersion ?? item.versions[0]?.version ?? 'latest'
  const command = downloadCommand(
    `${origin}${downloadPathOf(handle, latestVersion === null ? newest : 'latest')}`,
    price.amount === 0 ? 'free' : 'owned',
  )
  return (
    <li className="px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5">
        <PackageTile handle={handle} iconUrl={iconUrl} />
        <div className="min-w-0 flex-1 basis-48">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Link
              href={packageHref(handle)}
              prefetch={false}
              className="truncate font-semibold hover:text-brand-ink hover:underline"
            >
              {name || handle}
            </Link>
            {hasUpdate ? <Badge tone="brand">New version {newest}</Badge> : null}
            {latestVersion === null ? <Badge tone="warning">Withdrawn</Badge> : null}
          </p>
          <p className="text-xs wrap-anywhere text-muted">
            {handle}
            {hasUpdate && version !== null ? ` · you have ${version}` : ''} · {SOURCES[source]}{' '}
            <Day iso={grantedAt} />
            {orderId ? (
              <>
                {' · '}
                <Link href={orderHref(orderId)} prefetch={false} className="underline underline-offset-2">
                  Receipt<span className="sr-only"> of {name || handle}</span>
                </Link>
              </>
            ) : null}
            {isMetered ? (
              <>
                {' · '}
                <Link
                  href={`/usage?package=${handle}`}
                  prefetch={false}
                  className="underline underline-offset-2"
                >
                  Usage and budget<span className="sr-only"> of {name || handle}</span>
                </Link>
              </>
            ) : null}
          </p>
        </div>
        <a
          href={downloadPathOf(handle, newest)}
          download
          className={buttonClass({ variant: hasUpdate ? 'primary' : 'secondary' })}
        >
          <DownloadIcon />
          {hasUpdate ? 'Update to' : 'Download'} {newest}
          <span className="sr-only"> of {name || handle}</span>
        </a>
      </div>
      <details className="group mt-2 sm:pl-13">
        <summary className="inline-flex min-h-6 cursor-pointer list-none items-center gap-1 text-xs font-medium text-brand-ink hover:underline">
          <ChevronDownIcon className="transition-transform group-open:rotate-180" />
          Versions and install
        </summary>
        <div className="mt-2.5 grid gap-3">
          <CommandLine
            label={latestVersion === null ? `Fetch ${newest}` : 'Fetch the latest'}
            code={command}
          />
          <Versions item={item} />
        </div>
      </details>
    </li>
  )
}

function Versions({ item: { versions, version: had, package: of } }: { item: LibraryItem }) {
  return (
    <ul aria-label={`Versions of ${of.name || of.handle}`} className="max-h-72 overflow-y-auto text-sm">
      {versions.map(({ version, createdAt, isYanked }) => (
        <li key={version} className="flex flex-wrap items-center gap-x-2.5 border-t border-line py-1.5">
          <a
            href={downloadPathOf(of.handle, version)}
            download
            className="inline-flex min-h-6 items-center font-medium tabular underline underline-offset-4"
          >
            {version}
          </a>
          {version === of.latestVersion ? <Badge tone="success">latest</Badge> : null}
          {version === had ? <Badge>yours</Badge> : null}
          {isYanked ? <Badge tone="warning">withdrawn</Badge> : null}
          <Day iso={createdAt} className="ml-auto text-xs text-muted" />
        </li>
      ))}
    </ul>
  )
}
