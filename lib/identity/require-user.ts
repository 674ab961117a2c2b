import 'server-only'
import { notFound, redirect } from 'next/navigation'
import { currentActor } from '#lib/http/actor'
import type { UserActor } from '#lib/kernel/actor'
import { withNext } from './rules.ts'

/** For pages of a signed-in person; others are asked to sign in and come back to `path`. */
export async function requireUser(path: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(withNext('/sign-in', path))
  return actor
}

/** For the operator's pages. Everybody else learns nothing, not even that the page exists. */
export async function requireOperator(): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user' || actor.appRole !== 'operator') notFound()
  return actor
}
