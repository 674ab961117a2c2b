import { confirmAddress } from '#lib/identity/confirm-address'
import { Problem } from '#lib/kernel/problem'

/**
 * Where the links in our mails lead. It starts no session: a reset link is handed to the form that redeems it, and a
 * confirmed address still signs in. Hence a link that somebody else sent does nothing to this browser.
 */
export async function GET(request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams
  const type = query.get('type')
  const tokenHash = query.get('token_hash') ?? ''
  if (tokenHash === '' || tokenHash.length > 512) return to('/sign-in?notice=link-spent')
  if (type === 'recovery') return to(`/reset-password?${new URLSearchParams({ token_hash: tokenHash })}`)
  if (type !== 'signup' && type !== 'email_change') return to('/sign-in?notice=link-spent')
  try {
    await confirmAddress(type, tokenHash)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return to(error.code === 'gone' ? '/sign-in?notice=link-spent' : '/sign-in?notice=unavailable')
  }
  return to('/sign-in?notice=confirmed')
}

function to(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}
