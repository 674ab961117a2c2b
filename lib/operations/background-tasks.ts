/**
 * Owns the list of everything that happens by itself. Each task is a verb of its feature, safe to repeat and to run in
 * several processes at once.
 */
import 'server-only'
import { tendCommerce } from '#lib/commerce/tend-commerce'
import { tendDisputes } from '#lib/disputes/tend-disputes'
import { chargeUsage } from '#lib/metering/charge-usage'
import { followEvents } from '#lib/payments/follow-events'
import { paySellers } from '#lib/payments/pay-sellers'
import { reconcilePayments } from '#lib/payments/reconcile-payments'
import { forgetKeptAnswers } from '#lib/http/idempotency'
import { env } from '#lib/platform/env'
import { startJobs, type Task } from '#lib/platform/jobs'
import { collectArtefacts } from '#lib/publishing/collect-artefacts'
import { tendIndex } from '#lib/search/rebuild-index'

const tasks: readonly Task[] = [
  { name: 'commerce:tend', schedule: '* * * * *', run: tendCommerce },
  { name: 'disputes:tend', schedule: '* * * * *', run: tendDisputes },
  { name: 'publishing:collect-artefacts', schedule: '*/15 * * * *', run: collectArtefacts },
  { name: 'search:tend-index', schedule: '*/5 * * * *', run: tendIndex },
  { name: 'http:forget-answers', schedule: '*/10 * * * *', run: forgetKeptAnswers },
  { name: 'metering:charge', schedule: '3 * * * *', run: chargeUsage },
  { name: 'payments:follow-events', schedule: '* * * * *', run: followEvents },
  { name: 'payments:reconcile', schedule: '*/5 * * * *', run: reconcilePayments },
  { name: 'payments:pay-sellers', schedule: '17 * * * *', run: () => paySellers() },
]

/** For the web server: begins the tasks unless they run elsewhere, and ends them with the process. */
export function startBackgroundTasks(): void {
  if (env().JOBS === 'off') return
  const stop = startJobs(tasks)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
}

/** For `npm run worker`. Answers how to stop. */
export function runBackgroundTasks(): () => Promise<void> {
  return startJobs(tasks)
}
