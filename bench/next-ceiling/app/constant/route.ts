/** A route of Next that does nothing: 2 kB, the same each time. */
export const dynamic = 'force-dynamic'

const body = JSON.stringify({
  items: Array.from({ length: 20 }, (_, index) => ({ id: index, text: 'x'.repeat(75) })),
})

export function GET(): Response {
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}
