/** How this package is taken home: bought or got, downloaded, started. */
import { downloadCommand, downloadPathOf, InstallPanel } from '#components/catalog/install-panel'
import { BuyPanel } from '#components/commerce/buy-panel'
import { serverInstalls } from '#lib/catalog/mcp-install'
import { siteUrl } from '#lib/catalog/page-metadata'
import type { SpecRead } from '#lib/catalog/read-spec'
import type { PackagePage } from '#lib/catalog/schemas'
import type { Manifest } from '#lib/kernel/manifest'
import { specSchemas } from '#lib/kernel/manifest-spec'

/** A line with many settings reads better in the page's own column. */
const FIRST_STEP_MAX_LENGTH = 100

/** Whether a paid one is theirs is the panel's own question, so that the page around it is everybody's. */
export function TakeHome({ page, shown, access, manifest }: SpecRead & { page: PackagePage; shown: string }) {
  const { handle, name, kind, price, latestVersion } = page
  const origin = siteUrl().replace(/\/$/, '')
  const isLatest = shown === latestVersion
  const address = `${origin}${downloadPathOf(handle, isLatest ? 'latest' : shown)}`
  return (
    <InstallPanel
      handle={handle}
      version={shown}
      isLatest={isLatest}
      kind={kind}
      origin={origin}
      access={price.amount > 0 ? 'locked' : access}
      steps={manifest ? firstSteps(manifest) : []}
      action={
        <BuyPanel
          handle={handle}
          name={name}
          price={price}
          version={shown}
          downloadPath={downloadPathOf(handle, shown)}
          command={downloadCommand(address, 'owned')}
        />
      }
    />
  )
}

/** The shortest way to use it, where one line says it. */
function firstSteps({ kind, spec, id }: Manifest) {
  if (kind !== 'mcp-server') return []
  const installs = serverInstalls(specSchemas['mcp-server'].parse(spec), id)
  const command = installs.find((install) => install.command !== null)?.command
  const isShort = command && command.length <= FIRST_STEP_MAX_LENGTH
  return isShort ? [{ label: 'Start the server', code: command }] : []
}
