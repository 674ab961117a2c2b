'use client'
/** The root layout itself failed: a document of its own, with nothing that could fail again. */
import './globals.css'

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Souk</title>
        <main id="main" className="page-width py-24 text-center">
          <h1 className="font-display text-3xl font-semibold">Souk could not be shown</h1>
          <p className="mx-auto mt-3 max-w-prose text-muted">
            Something failed on our side; nothing you did. It often passes within a minute.
          </p>
          {error.digest ? <p className="mt-2 font-mono text-xs text-faint">Request {error.digest}</p> : null}
          <p className="mt-6">
            {/* A full load: the router may be what failed. */}
            {/* eslint-disable-next-line @next/next/no-html-link-for-pages */}
            <a href="/" className="text-brand-ink underline underline-offset-4">
              Load the home page
            </a>
          </p>
        </main>
      </body>
    </html>
  )
}
