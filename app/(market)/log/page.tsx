/** The publish log: everything that was ever published, yanked or deleted, and how anybody can check that it is unaltered. */
import { LogTable } from '#components/publishing/log-table'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { CodeBlock } from '#components/ui/code-block'
import { EmptyState } from '#components/ui/empty-state'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import type { LogHead } from '#lib/kernel/publish-log'
import { getLogPage } from '#lib/publishing/get-log-page'
import type { Metadata } from 'next'
import Link from 'next/link'
import { answerPage } from '../answer.tsx'

const PAGE_SIZE = 50

type Props = PageProps<'/log'>

export function generateMetadata(): Metadata {
  return pageMetadata({
    title: 'Publish log',
    description:
      'Everything published on Souk, in order: who, what, with which SHA-256 and when. A hash chain that anybody can verify offline.',
    path: '/log',
  })
}

export default function LogPage(props: Props) {
  return answerPage(() => render(props))
}

async function render({ searchParams }: Props) {
  const before = positionOf((await searchParams).before)
  const { items, head } = await getLogPage(before, PAGE_SIZE)
  const oldest = items.at(-1)?.position ?? 1
  return (
    <div className="page-width">
      <PageHeader
        title="Publish log"
        description="Everything that was published, yanked or deleted here, in order. Entries are never changed: each holds the hash of the one before."
        crumbs={[{ label: 'Souk', href: '/' }, { label: 'Publish log' }]}
      />
      <div className="grid gap-8 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <section aria-label="Entries" className="min-w-0">
          {items.length === 0 ? (
            <EmptyState
              title={head ? 'No entries there' : 'Nothing was published yet'}
              actions={head ? <ButtonLink href="/log">To the newest</ButtonLink> : undefined}
            >
              {head
                ? 'The log begins with entry 1.'
                : 'The first version of the first package begins the log.'}
            </EmptyState>
          ) : (
            <LogTable entries={items} />
          )}
          <nav aria-label="Pages of the log" className="mt-4 flex justify-between gap-3">
            {before === null ? (
              <span />
            ) : (
              <ButtonLink href={newerHref(before, head)} prefetch={false} variant="secondary">
                Newer
              </ButtonLink>
            )}
            {oldest > 1 ? (
              <ButtonLink href={`/log?before=${oldest}`} prefetch={false} variant="secondary">
                Older
              </ButtonLink>
            ) : null}
          </nav>
        </section>
        <Verify head={head} origin={siteUrl()} />
      </div>
    </div>
  )
}

function Verify({ head, origin }: { head: LogHead | null; origin: string }) {
  const note = head ? `${head.position}:${head.hash}` : null
  return (
    <aside aria-labelledby="verify-title" className="min-w-0 xl:sticky xl:top-20 xl:self-start">
      <h2 id="verify-title" className="font-display text-xl font-semibold">
        Verify it yourself
      </h2>
      <div className="mt-3 grid gap-4 text-sm text-muted">
        <p>
          Note the last entry of today. Whoever has it notices any later change to the log before it, and that
          its end was cut off.
        </p>
        {note === null ? null : <CodeBlock wrap label="last entry" title="Last entry" code={note} />}
        <p>
          From a checkout of Souk: fetch the log and keep it, then follow its chain offline against what you
          noted earlier. It trusts nothing but its own hashing.
        </p>
        <CodeBlock
          wrap
          label="verification commands"
          title="Fetch, then check offline"
          code={`npm run log:verify -- ${origin} --save log.jsonl\nnpm run log:verify -- log.jsonl --head ${note ?? 'POSITION:HASH'}`}
        />
        <p>
          Programs read it at{' '}
          <Link href="/docs/api#readPublishLog" className="text-brand-ink underline underline-offset-4">
            GET /api/v1/log
          </Link>
          . A hash is SHA-256 over these facts, a line each: <code>souk-log-1</code>, position, hash of the
          entry before, time, action, handle, version, SHA-256 of the manifest, store, kind of actor, and a
          commitment that fixes who it was without naming them.
        </p>
      </div>
    </aside>
  )
}

function positionOf(value: string | string[] | undefined): number | null {
  return typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null
}

/** The page above; the first one is without a position, so that it stays the newest. */
function newerHref(before: number, head: LogHead | null): string {
  const next = before + PAGE_SIZE
  return head === null || next > head.position ? '/log' : `/log?before=${next}`
}
