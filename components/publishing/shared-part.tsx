/** What part somebody has in a package that another store sells. */
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import Link from 'next/link'
import type { SellerPackage } from './package-state.ts'

export function SharedPart({ handle, role, store }: Pick<SellerPackage, 'handle' | 'role' | 'store'>) {
  const [namespace = ''] = handle.split('/')
  return (
    <Card>
      <CardHeader>
        <CardTitle>Your part</CardTitle>
      </CardHeader>
      <CardBody>
        <p className="text-sm text-muted">
          You are {role === 'owner' ? 'an owner' : 'a maintainer'} of{' '}
          <Link
            href={`/dashboard/namespaces/${namespace}`}
            className="font-mono text-brand-ink underline decoration-1 underline-offset-4 hover:decoration-2"
          >
            {namespace}
          </Link>
          : you publish, yank and deprecate. Price, category and whether it is on the shelf are for{' '}
          {store?.name ?? 'its store'} to say.
        </p>
      </CardBody>
    </Card>
  )
}
