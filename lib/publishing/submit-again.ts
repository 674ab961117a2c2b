import 'server-only'
import { requirePersonToWrite } from '#lib/identity/rules'
import type { Actor } from '#lib/kernel/actor'
import { forgetPackage } from '#lib/catalog/manifest-cache'
import { submitPackageAgain, submitStoreAgain } from './seller-data.ts'

/**
 * Hands a rejected package in again. One that waits already goes on waiting.
 * @throws Problem `not_found` when it is not the caller's; `conflict` when it was not rejected.
 */
export async function submitPackage(actor: Actor, handle: string, note: string): Promise<void> {
  await submitPackageAgain(requirePersonToWrite(actor), handle, note)
  forgetPackage(handle)
}

/** Hands the caller's rejected store in again. @throws Problem `not_found`, `conflict` */
export async function submitStore(actor: Actor, note: string): Promise<void> {
  await submitStoreAgain(requirePersonToWrite(actor), note)
}
