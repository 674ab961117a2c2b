/**
 * How a page of the market answers when it has nothing to show: with the right status and a page that needs no script.
 * Failures that nobody foresaw go on to error.tsx.
 */
import { NotFoundMessage } from '#components/market/not-found-message'
import { UnavailableMessage } from '#components/market/unavailable-message'
import { setPageStatus } from '#lib/http/page-status'
import { Problem } from '#lib/kernel/problem'
import { log } from '#lib/platform/log'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

/** Renders a page; problems of the verbs it calls become pages of their own. */
export async function answerPage(render: () => Promise<React.ReactNode>): Promise<React.ReactNode> {
  try {
    return await render()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.status === 404) {
      if (!setPageStatus(404)) notFound()
      return <NotFoundMessage />
    }
    if (error.status === 503) {
      log.warn({ err: error.cause ?? error }, 'page shown as unavailable')
      if (!setPageStatus(503, error.headers)) throw error
      return <UnavailableMessage />
    }
    throw error
  }
}

/** Describes a page; one that cannot be shown is kept out of search engines. */
export async function describePage(describe: () => Promise<Metadata>): Promise<Metadata> {
  try {
    return await describe()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const title = error.status === 404 ? 'Page not found' : 'Not available just now'
    return { title, robots: { index: false, follow: false } }
  }
}
