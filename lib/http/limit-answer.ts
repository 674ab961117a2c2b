/**
 * Owns how a refusal for too many requests reads: a page for whoever looks at pages, one line for a form that is sent by
 * script, and problem+json for programs. It decides nothing and needs nothing but itself to be drawn.
 */
import 'server-only'
import type { Problem } from '#lib/kernel/problem'
import type { Answer } from './answer.ts'
import { inlineHashes } from './prerendered-pages.ts'
import { problemAnswer } from './problem-response.ts'
import { API_CSP, pageCsp } from './security-headers.ts'

export interface RefusedRequest {
  method: string
  /** Path and query. */
  url: string
  headers: Pick<Headers, 'get'>
  requestId: string
  siteUrl: string
}

export function limitAnswer(refusal: Problem, request: RefusedRequest): Answer {
  const { url, headers, requestId, siteUrl } = request
  const answer = problemAnswer(refusal, requestId)
  const isApi = /^\/+api(?:[/?]|$)/.test(url)
  answer.headers.set('content-security-policy', API_CSP)
  if (!isApi && headers.get('next-action') !== null) {
    // Next hands this line, and only of this type, to the page that sent the form.
    answer.headers.set('content-type', 'text/plain')
    answer.body = sentence(refusal)
  } else if (!isApi && (headers.get('accept') ?? '').includes('text/html')) {
    const html = page(refusal, request)
    const { styles: styleHashes } = inlineHashes(html)
    answer.headers.set('content-type', 'text/html; charset=utf-8')
    answer.headers.set('content-security-policy', pageCsp({ siteUrl, styleHashes }))
    answer.body = html
  }
  return answer
}

function waitSeconds({ headers }: Problem): number {
  return Number(new Headers(headers).get('retry-after')) || 60
}

function sentence(refusal: Problem): string {
  const seconds = waitSeconds(refusal)
  return `Too many requests. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
}

function page(refusal: Problem, { method, url, requestId }: RefusedRequest): string {
  const seconds = waitSeconds(refusal)
  const isRead = method === 'GET' || method === 'HEAD'
  // Two slashes would lead to another host.
  const again = isRead ? escaped(url.replace(/^\/{2,}/, '/')) : null
  const next =
    again === null ? 'Go back and send it again then: nothing was changed.' : 'It then works as before.'
  const action = again === null ? '' : `<a class="button" href="${again}">Try again</a>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Too many requests · Souk</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<script src="/theme.js"></script>
<style>${STYLE}</style>
</head>
<body>
<header><a href="/" aria-label="Souk, home"><img src="/icon.svg" alt="" width="28" height="28"><span>Souk</span></a></header>
<main>
<h1>A little too fast</h1>
<p>So many requests in one minute are more than one visitor gets here. Please wait
<strong>${seconds} ${seconds === 1 ? 'second' : 'seconds'}</strong>. ${next}</p>
<p class="actions">${action}<a class="button quiet" href="/">Home</a></p>
<p class="id">Request ${escaped(requestId)}</p>
</main>
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** The tokens of app/globals.css that it needs. */
const STYLE = `:root{color-scheme:light dark}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;min-height:100dvh;font:.9375rem/1.5rem ui-sans-serif,system-ui,sans-serif;background:light-dark(oklch(.975 .006 40),oklch(.185 .022 342));color:light-dark(oklch(.245 .045 345),oklch(.945 .012 45))}
header{border-bottom:1px solid light-dark(oklch(.895 .014 32),oklch(.315 .03 342))}
header a{display:inline-flex;align-items:center;gap:.5rem;min-height:3.5rem;padding:0 1.25rem;color:inherit;font:700 1.5625rem/1 ui-serif,Georgia,serif;text-decoration:none}
main{max-width:34rem;margin:0 auto;padding:5rem 1.25rem;text-align:center}
h1{margin:0 0 .75rem;font:700 2rem/2.375rem ui-serif,Georgia,serif}
p{margin:0;color:light-dark(oklch(.44 .04 350),oklch(.785 .02 15))}
strong{color:light-dark(oklch(.245 .045 345),oklch(.945 .012 45))}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;justify-content:center;margin-top:1.75rem}
.button{padding:.5rem 1rem;border-radius:8px;border:1px solid transparent;font-weight:600;text-decoration:none;background:light-dark(oklch(.42 .135 355),oklch(.82 .145 76));color:light-dark(oklch(.985 .008 60),oklch(.24 .05 345))}
.quiet{background:none;border-color:light-dark(oklch(.6 .03 5),oklch(.57 .035 345));color:inherit}
a:focus-visible{outline:2px solid light-dark(oklch(.52 .19 0),oklch(.86 .14 80));outline-offset:2px;border-radius:8px}
.id{margin-top:2rem;font-size:.75rem;color:light-dark(oklch(.51 .035 355),oklch(.7 .025 5))}`
