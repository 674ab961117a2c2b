import { problemResponse } from '#lib/http/problem-response'
import { requestIdOf } from '#lib/http/request-id'
import { assertSameOrigin } from '#lib/http/same-origin'
import { signOut } from '#lib/identity/sign-out'
import { Problem } from '#lib/kernel/problem'
import { env } from '#lib/platform/env'

/** A plain form post, so that signing out works on every page, with and without JavaScript. */
export async function POST(request: Request): Promise<Response> {
  try {
    assertSameOrigin(request.headers, env().SITE_URL)
  } catch (error) {
    if (error instanceof Problem) return problemResponse(error, requestIdOf(request.headers))
    throw error
  }
  await signOut()
  return new Response(null, { status: 303, headers: { location: '/', 'cache-control': 'no-store' } })
}
