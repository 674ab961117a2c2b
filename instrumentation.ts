/** What Next runs once when a server starts. */
export async function register(): Promise<void> {
  // eslint-disable-next-line no-restricted-syntax -- not a setting: the bundler replaces it, to leave Node out of edge code
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { rememberResponses } = await import('#lib/http/page-status')
  rememberResponses()
  const { warmManifestThreads } = await import('#lib/publishing/parse-manifest')
  // Not awaited: the server answers while they start. One that cannot start says so to whoever publishes first.
  void warmManifestThreads()
  const { startBackgroundTasks } = await import('#lib/operations/background-tasks')
  startBackgroundTasks()
  const { sharePurges } = await import('#lib/platform/purge-channel')
  const stopSharing = sharePurges()
  const { openedFront } = await import('#lib/http/front')
  const front = openedFront()
  if (!front) return
  const { countSalesNow } = await import('#lib/commerce/count-sales')
  // What is sold or changed by the last requests is told to other processes as well.
  front.ends.push(countSalesNow, stopSharing)
  const { env } = await import('#lib/platform/env')
  front.drainMs = env().SHUTDOWN_DRAIN_MS
  const { apiStage } = await import('./app/api/stage.ts')
  front.api = apiStage()
  const { pageStage, edgeStage, limitStage, missStage } = await import('./app/stages.ts')
  front.pages = pageStage(front)
  front.edge = edgeStage(front)
  front.limits = limitStage()
  front.misses = missStage()
}
