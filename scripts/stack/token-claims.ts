/**
 * Completes the access tokens of @supabase/lite. Supabase Auth puts `app_metadata` and `user_metadata` into a token;
 * lite leaves both out, and without the first nobody could be known as an operator. The answer that carries a new
 * token also carries its user, so they are taken from there and the token is signed again.
 */
import { decodeJwt, SignJWT } from 'jose'
import { z } from 'zod'

const metadataSchema = z.record(z.string(), z.unknown())
const sessionSchema = z.looseObject({
  access_token: z.string(),
  user: z.looseObject({ app_metadata: metadataSchema.nullish(), user_metadata: metadataSchema.nullish() }),
})

/** Answers of the paths that issue tokens; everything else passes untouched. */
const ISSUING = /^\/auth\/v1\/(token|signup|verify)$/

export async function completeTokens(
  request: Request,
  response: Response,
  jwtSecret: string,
): Promise<Response> {
  if (!response.ok || !ISSUING.test(new URL(request.url).pathname)) return response
  if (!response.headers.get('content-type')?.includes('json')) return response
  const text = await response.text()
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  const session = sessionSchema.safeParse(JSON.parse(text))
  // A sign-up that waits for confirmation answers a user without a token.
  if (!session.success) return new Response(text, { status: response.status, headers })
  const { access_token: issued, user, ...rest } = session.data
  const completed = await new SignJWT({
    ...decodeJwt(issued),
    app_metadata: user.app_metadata ?? {},
    user_metadata: user.user_metadata ?? {},
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(jwtSecret))
  return Response.json({ ...rest, user, access_token: completed }, { status: response.status, headers })
}
