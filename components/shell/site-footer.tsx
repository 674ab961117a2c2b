/** The foot of every page, under the awning: the quiet links, and what Souk is in one line. */
import Link from 'next/link'
import { Wordmark } from './mark.tsx'

const COLUMNS = [
  {
    title: 'Find',
    links: [
      { href: '/search?kind=mcp-server', label: 'MCP servers' },
      { href: '/search?kind=agent', label: 'Agents' },
      { href: '/search?kind=prompt', label: 'Prompts' },
      { href: '/search?kind=app', label: 'Apps' },
    ],
  },
  {
    title: 'Sell',
    links: [
      { href: '/dashboard', label: 'Open a store' },
      { href: '/dashboard/publish', label: 'Publish a package' },
    ],
  },
  {
    title: 'Build',
    links: [
      { href: '/docs/api', label: 'API reference' },
      { href: '/docs/manifest', label: 'Manifests' },
      { href: '/log', label: 'Publish log' },
      { href: '/api/openapi.json', label: 'OpenAPI 3.1' },
    ],
  },
]

export function SiteFooter() {
  return (
    <footer data-slot="site-footer" className="mt-20">
      <div aria-hidden="true" className="awning" />
      <div className="border-t border-line/0 bg-sunken">
        <div className="page-width flex flex-wrap justify-between gap-x-16 gap-y-8 py-10">
          <div className="max-w-64">
            <Wordmark />
            <p className="mt-3 text-sm text-muted">
              A marketplace for software packages that anyone can run.
            </p>
            {/* Filled where the browser offers to install the site. */}
            <div data-slot="install" className="mt-4 empty:hidden" />
          </div>
          <div className="flex flex-wrap gap-x-14 gap-y-8">
            {COLUMNS.map(({ title, links }) => (
              <nav key={title} aria-label={title}>
                <p className="mb-1.5 text-sm font-semibold">{title}</p>
                <ul>
                  {links.map(({ href, label }) => (
                    <li key={href}>
                      <Link
                        href={href}
                        prefetch={false}
                        className="inline-flex min-h-7 items-center text-sm text-muted hover:text-ink hover:underline"
                      >
                        {label}
                      </Link>
                    </li>
                  ))}
                </ul>
              </nav>
            ))}
          </div>
        </div>
      </div>
    </footer>
  )
}
