import { AuthPanel } from '#components/identity/auth-panel'
import { SignUpForm } from '#components/identity/sign-up-form'
import { currentActor } from '#lib/http/actor'
import { safeNextPath, withNext } from '#lib/identity/rules'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { signInAction } from '../sign-in/actions.ts'
import { signUpAction } from './actions.ts'

export const metadata: Metadata = { title: 'Create an account' }

export default async function SignUpPage({ searchParams }: PageProps<'/sign-up'>) {
  const next = safeNextPath((await searchParams).next)
  const actor = await currentActor()
  if (actor.kind === 'user' && !actor.isStale) redirect(next)
  return (
    <AuthPanel
      title="Create an account"
      intro="One account to buy, to publish and to sell. Browsing needs none."
      footer={
        <>
          Have an account? <Link href={withNext('/sign-in', next)}>Sign in</Link>
        </>
      }
    >
      <SignUpForm action={signUpAction} signInAction={signInAction} next={next} />
    </AuthPanel>
  )
}
