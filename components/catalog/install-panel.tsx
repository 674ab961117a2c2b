/**
 * How to take a package home: the line to run and the file to keep. What a kind needs beyond its manifest comes from the
 * caller as steps; this panel knows prices and addresses, not runtimes.
 */
import { buttonClass } from '#components/ui/button'
import { CopyButton } from '#components/ui/copy-button'
import { DownloadIcon } from '#components/ui/frame-icons'
import type { Kind } from '#lib/kernel/kind'
import { cx } from '../ui/cx.ts'

export interface InstallStep {
  label: string
  code: string
}

export interface InstallPanelProps {
  handle: string
  version: string
  /** Whether `version` is what `latest` means now: then the line to copy asks for the latest. */
  isLatest: boolean
  kind: Kind
  /** The address this site is reached at, such as `https://souk.example`, for lines that run elsewhere. */
  origin: string
  /** Free to all, already known to be theirs, or `locked`: then `action` offers to buy, or the download to buyers. */
  access: 'free' | 'owned' | 'locked'
  /** Lines particular to the package, such as the command of an MCP server. */
  steps?: InstallStep[]
  /** Everything personal: whether it is theirs, and how it becomes theirs. */
  action?: React.ReactNode
  className?: string
}

const AFTERWARDS: Record<Kind, string> = {
  'mcp-server': 'The manifest names the server’s package or address and the settings it needs.',
  agent: 'The manifest says what the agent can do, what it needs and where it runs.',
  prompt: 'The manifest carries the prompt’s text with its parameters.',
  app: 'The manifest points at the Git repository the app is built from.',
}

export function InstallPanel(props: InstallPanelProps) {
  const { handle, version, isLatest, kind, origin, access, steps = [], action, className } = props
  const downloadPath = downloadPathOf(handle, version)
  return (
    <section
      data-slot="install-panel"
      aria-label="Install"
      className={cx('overflow-hidden rounded-lg border border-line bg-surface shadow-sm', className)}
    >
      <div aria-hidden="true" className="awning" />
      <div className="grid gap-4 p-4 pt-3">
        {action}
        {access === 'locked' ? null : (
          <>
            <a href={downloadPath} download className={buttonClass({ size: 'lg' }, 'w-full')}>
              <DownloadIcon />
              Download {version}
            </a>
            {steps.map((step) => (
              <CommandLine key={step.label} {...step} />
            ))}
            <CommandLine
              label="Fetch the manifest"
              code={downloadCommand(
                `${origin}${downloadPathOf(handle, isLatest ? 'latest' : version)}`,
                access,
              )}
            />
          </>
        )}
        <p className="text-xs text-muted">{AFTERWARDS[kind]}</p>
      </div>
    </section>
  )
}

export function downloadPathOf(handle: string, version: string): string {
  return `/api/v1/packages/${handle}/${encodeURIComponent(version)}/download`
}

/** One line to copy, scrolling inside itself. */
export function CommandLine({ label, code }: InstallStep) {
  return (
    <div data-slot="command-line" className="min-w-0">
      <p className="mb-1 text-xs font-medium text-muted">{label}</p>
      <div className="flex items-start rounded-md border border-line bg-sunken">
        <code className="min-w-0 flex-1 py-2 pl-3 font-mono text-xs leading-5 wrap-anywhere">{code}</code>
        <CopyButton text={code} label={`Copy: ${label}`} className="m-1" />
      </div>
    </div>
  )
}

export function downloadCommand(url: string, access: 'free' | 'owned'): string {
  return access === 'free'
    ? `curl -fsSLOJ ${url}`
    : `curl -fsSLOJ -H "Authorization: Bearer $SOUK_TOKEN" ${url}`
}
